import type * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../base/foundation";
import { secretOwner, secretRotation } from "../base/labels";
import type { Namespace } from "../base/namespace";
import { Part } from "../base/part";
import {
    ConfiguredSecret,
    GeneratedSecret,
    type Renewal,
    type Rotation,
    signOnAnew,
} from "../base/secret";
import type { Issuers } from "../security/issuers";
import { internalCertificate } from "../security/internal-certificate";
import { digestFile, secretFiles, signingKeyFile } from "./authelia-configuration";
import type { SecretFile } from "./authelia-objects";
import type { ClientSecrets } from "./client-secrets";

/** Arguments of {@link AutheliaSecrets}. */
export interface AutheliaSecretsArgs extends Pick<Foundation, "site"> {
    readonly namespace: Namespace;
    readonly issuers: Pick<Issuers, "internal">;
    readonly clientSecrets: ClientSecrets;
    /** Whether anybody asks it for tokens. */
    readonly isProvider: boolean;
    /** Password of the account that sends mail; undefined when the site sends none. */
    readonly mailPassword: pulumi.Output<string> | undefined;
    readonly rotation: Rotation;
}

/** Letters and digits of a generated key; Authelia wants 20 or more. */
const LENGTH = 64;

/** With a new key of the storage everybody registers a second factor anew. */
const KEPT_DAYS = 3650;
const storageRenewal: Renewal = {
    how: "by hand",
    why: "it encrypts the database, which Authelia itself must write anew first",
    runbook: "docs/people.md",
};

/**
 * What Authelia keeps secret: keys that the program makes, the key that signs tokens, which
 * cert-manager makes, the digests of clients, and the password of the mail account.
 */
export class AutheliaSecrets extends Part {
    /** Keys of Secrets, and the files that they become. */
    readonly files: readonly SecretFile[];
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: AutheliaSecretsArgs, opts: pulumi.ComponentResourceOptions) {
        super("identity", "AutheliaSecrets", name, args, {}, opts);
        const { site, namespace, rotation, clientSecrets, isProvider, mailPassword } = args;
        const inside = { parent: this };
        const files: SecretFile[] = [];
        const ready: pulumi.Resource[] = [];
        const add = (
            { secretName, object }: Pick<GeneratedSecret, "secretName" | "object">,
            keys: readonly string[],
        ) => {
            files.push(...keys.map((key) => ({ secret: secretName, key, file: key })));
            ready.push(object);
        };
        const generated = (
            of: string,
            keys: readonly string[],
            days: number,
            renewal: Renewal,
            {
                protect = false,
                escrow,
            }: { readonly protect?: boolean; readonly escrow?: string } = {},
        ) => {
            const generate = Object.fromEntries(keys.map((key) => [key, { length: LENGTH }]));
            add(
                new GeneratedSecret(
                    of,
                    {
                        namespace,
                        generate,
                        rotation: { ...rotation, days },
                        renewal,
                        ...(escrow === undefined ? {} : { escrow }),
                    },
                    { ...inside, protect },
                ),
                keys,
            );
        };
        const tokens = isProvider ? [secretFiles.tokens[1]] : [];
        generated(
            "authelia-keys",
            [secretFiles.session[1], secretFiles.reset[1], ...tokens],
            rotation.days,
            signOnAnew,
        );
        generated("authelia-storage", [secretFiles.storage[1]], KEPT_DAYS, storageRenewal, {
            protect: site.protect,
            escrow: "second factors of people, in identity-db and its backups",
        });
        if (mailPassword !== undefined) {
            const key = secretFiles.mail[1];
            const values = { [key]: mailPassword };
            add(new ConfiguredSecret("authelia-mail", { namespace, values, rotation }, inside), [
                key,
            ]);
        }
        if (isProvider) {
            const key = this.object(
                internalCertificate({
                    name: "authelia-signing",
                    namespace: namespace.name,
                    names: [`tokens.${namespace.name}`],
                    usage: "client auth",
                    keptKey: "RSA",
                    annotations: {
                        [secretOwner]: rotation.owner,
                        [secretRotation]: `${rotation.days}d`,
                    },
                }),
                { dependsOn: [namespace.object, args.issuers.internal] },
            );
            files.push({ secret: "authelia-signing", key: "tls.key", file: signingKeyFile });
            ready.push(key);
        }
        if (clientSecrets.ids.length > 0) {
            const keys = clientSecrets.ids.map(digestFile);
            const made = Object.fromEntries(
                clientSecrets.ids.map((id) => [digestFile(id), clientSecrets.digest(id)]),
            );
            add(
                new GeneratedSecret(
                    "authelia-client-digests",
                    { namespace, generate: {}, made, rotation },
                    inside,
                ),
                keys,
            );
        }
        this.files = files;
        this.ready = ready;
    }
}
