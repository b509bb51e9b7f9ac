import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { PlatformComponent } from "../base/component";
import { clientFaults, type OidcClient } from "../base/oidc-client";
import { randomText } from "../base/generated-value";
import type { Renewal, Rotation, SecretPlan } from "../base/secret-plan";

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

/** Arguments of {@link ClientSecrets}. */
export interface ClientSecretsArgs {
    readonly clients: readonly OidcClient[];
    readonly rotation: Rotation;
    readonly secrets: SecretPlan;
}

/** The provider keeps one digest for each client (Authelia 4.39: schema `client_secret`). */
const renewal: Renewal = {
    how: "server first",
    server: "whoever signs people on learns the new digest",
    notice:
        "who is signed on stays so; signing on anew to this one system fails between the restart of " +
        "the two, about a minute",
};

/**
 * The secrets of the clients, made once and kept in the state, each with the salt of its digest: so
 * the digest is the same at every run. Each is renewed by its name, such as `authelia-clients-grafana`.
 */
export class ClientSecrets extends PlatformComponent {
    private readonly plan: SecretPlan;
    private readonly made: ReadonlyMap<
        string,
        readonly [secret: pulumi.Output<string>, salt: pulumi.Output<string>]
    >;

    /** @throws Error for two clients of one id, or an id that no provider takes */
    constructor(name: string, args: ClientSecretsArgs, opts: pulumi.ComponentResourceOptions) {
        const { clients, rotation, secrets } = args;
        const confidential = clients.filter(({ isPublic = false }) => !isPublic);
        const renewable = confidential.map(({ id }) => ({
            name: `${name}-${id}`,
            rotation,
            renewal,
            generation: secrets.generationOf(`${name}-${id}`),
            since: secrets.renewedOn(`${name}-${id}`),
        }));
        super("identity", "ClientSecrets", name, { renewable }, opts);
        this.plan = secrets;
        const [fault] = clientFaults(clients);
        if (fault !== undefined) {
            throw new Error(fault);
        }
        const random = (of: string, length: number) =>
            randomText(
                { name: `${name}-${of}`, generation: secrets.generationOf(`${name}-${of}`) },
                length,
                { parent: this },
            );
        this.made = new Map(
            confidential.map(({ id }) => [id, [random(id, 64), random(`${id}-salt`, 16)]]),
        );
        for (const [id, [secret]] of this.made) {
            secrets.note(secret, `${name}-${id}`);
        }
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
        return this.of(id)[0];
    }

    /** What a provider compares the secret with. */
    digest(id: string): pulumi.Output<string> {
        const [secret, salt] = this.of(id);
        const digest = pulumi
            .all([secret, salt])
            .apply(([password, grains]) => digestOf(password, grains));
        const [source = id] = this.plan.sourcesOf([secret]);
        return this.plan.note(digest, source);
    }

    /** The clients that have a secret. */
    get ids(): readonly string[] {
        return [...this.made.keys()];
    }
}
