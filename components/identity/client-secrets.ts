import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { PlatformComponent } from "../base/component";
import { clientFaults, type OidcClient } from "../base/oidc-client";

/** The least that Authelia takes; the secrets are random, so that more would make nothing safer. */
const ROUNDS = 100_000;

/** Base64 as digests have it: a dot in place of the plus, no padding. */
function adapted(bytes: Buffer): string {
    return bytes.toString("base64").replace(/\+/g, ".").replace(/=+$/, "");
}

/** The digest of a secret by PBKDF2, in the form that Authelia reads. */
export async function digestOf(secret: string, salt: string): Promise<string> {
    const bytes = Buffer.from(salt);
    const key = await promisify(pbkdf2)(secret, bytes, ROUNDS, 64, "sha512");
    return `$pbkdf2-sha512$${ROUNDS}$${adapted(bytes)}$${adapted(key)}`;
}

/**
 * The secrets of the clients, made once and kept in the state, each with the salt of its digest: so
 * the digest is the same at every run. A new one is made by replacing the password:
 * `pulumi up --replace <URN of its RandomPassword>`.
 */
export class ClientSecrets extends PlatformComponent {
    private readonly made: ReadonlyMap<
        string,
        readonly [secret: RandomPassword, salt: RandomPassword]
    >;

    /** @throws Error for two clients of one id, or an id that no provider takes */
    constructor(
        name: string,
        { clients }: { readonly clients: readonly OidcClient[] },
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("identity", "ClientSecrets", name, {}, opts);
        const [fault] = clientFaults(clients);
        if (fault !== undefined) {
            throw new Error(fault);
        }
        const random = (of: string, length: number) =>
            new RandomPassword(`${name}-${of}`, { length, special: false }, { parent: this });
        this.made = new Map(
            clients
                .filter(({ isPublic = false }) => !isPublic)
                .map(({ id }) => [id, [random(id, 64), random(`${id}-salt`, 16)]]),
        );
    }

    private of(id: string) {
        const found = this.made.get(id);
        if (found === undefined) {
            throw new Error(
                `No system asks for the client ${id} with a secret: its definition says so in signOn.`,
            );
        }
        return found;
    }

    /** @throws Error for a client that no definition asks for, or that has no secret */
    secret(id: string): pulumi.Output<string> {
        return this.of(id)[0].result;
    }

    /** What a provider compares the secret with. */
    digest(id: string): pulumi.Output<string> {
        const [secret, salt] = this.of(id);
        return pulumi
            .all([secret.result, salt.result])
            .apply(([password, grains]) => digestOf(password, grains));
    }

    /** The clients that have a secret. */
    get ids(): readonly string[] {
        return [...this.made.keys()];
    }
}
