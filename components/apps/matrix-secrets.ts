import type * as pulumi from "@pulumi/pulumi";
import * as yaml from "js-yaml";
import type { Foundation } from "../base/foundation";
import { secretOwner, secretRotation } from "../base/labels";
import type { Namespace } from "../base/namespace";
import { Part } from "../base/part";
import { GeneratedSecret, type Renewal, yearly } from "../base/secret";
import { internalCertificate } from "../security/internal-certificate";
import { bridgeRegistration, hookUrl, signingKey } from "./matrix-configuration";

/** Secrets of Matrix, and their keys. */
export const matrixSecrets = {
    /** What Synapse signs, and what it lets in. */
    server: "matrix-server",
    serverKeys: {
        signing: "signing.key",
        macaroon: "macaroon",
        registration: "registration",
    },
    /** What the authentication service and Synapse have in common, and what it encrypts with. */
    account: "matrix-account",
    accountKeys: { shared: "shared", encryption: "encryption" },
    /** What the bridge and Synapse have in common. */
    bridge: "matrix-bridge",
    bridgeKeys: { registration: "registration.yaml" },
    /** Key of the Secrets of both with what else they are told; it is no secret. */
    configuration: "platform.yaml",
    /** Keys that cert-manager makes. */
    rsa: "matrix-account-rsa",
    ecdsa: "matrix-account-ecdsa",
    passkey: "matrix-bridge-passkey",
} as const;

/** Key of the bridge's Secret with the way into the room of the alerts. */
const HOOK = "alerts-hook";

/** As good as for ever: another key is another server to whoever knows the old one. */
const KEPT_DAYS = 3650;
const signing: Renewal = {
    how: "by hand",
    why: "by it the server is known; events that it signed before must still be believed",
    runbook: "docs/runbooks/MatrixDown.md",
};
const encryption: Renewal = {
    how: "by hand",
    why: "what the authentication service keeps in its database is encrypted with it",
    runbook: "docs/runbooks/MatrixDown.md",
};

/** Arguments of {@link MatrixSecrets}. */
export interface MatrixSecretsArgs extends Pick<Foundation, "site"> {
    readonly namespace: Namespace;
    readonly serverName: string;
    /** What Synapse and the bridge are told besides what the chart tells them, as YAML. */
    readonly configurations: Readonly<Record<"synapse" | "bridge", string>>;
    /** Signs the certificates whose keys are used. */
    readonly authority: pulumi.Resource;
}

/**
 * What the parts of Matrix keep from others. The chart would make all of it with a Job of its own,
 * which nobody could restore or renew.
 */
export class MatrixSecrets extends Part {
    readonly ready: readonly pulumi.Resource[];
    /** Where alerts are posted. */
    readonly hook: pulumi.Output<string>;

    constructor(name: string, args: MatrixSecretsArgs, opts: pulumi.ComponentResourceOptions) {
        super("apps", "MatrixSecrets", name, args, {}, opts);
        const { site, namespace, serverName } = args;
        const { serverKeys, accountKeys, bridgeKeys, configuration } = matrixSecrets;
        const inside = { parent: this };
        const kept = { ...inside, protect: site.protect };
        const own = new GeneratedSecret(
            matrixSecrets.server,
            {
                namespace,
                generate: {
                    seed: { bytes: 32 },
                    [serverKeys.macaroon]: { length: 48 },
                    [serverKeys.registration]: { length: 48 },
                },
                plain: { [configuration]: args.configurations.synapse },
                written: { [serverKeys.signing]: ({ seed = "" }) => signingKey(seed) },
                rotation: { ...yearly, days: KEPT_DAYS },
                renewal: signing,
            },
            kept,
        );
        const account = new GeneratedSecret(
            matrixSecrets.account,
            {
                namespace,
                generate: {
                    [accountKeys.shared]: { length: 48 },
                    [accountKeys.encryption]: { bytes: 32 },
                },
                rotation: { ...yearly, days: KEPT_DAYS },
                renewal: encryption,
            },
            kept,
        );
        const bridge = new GeneratedSecret(
            matrixSecrets.bridge,
            {
                namespace,
                generate: {
                    "as-token": { length: 48 },
                    "hs-token": { length: 48 },
                    [HOOK]: { length: 40 },
                },
                plain: { [configuration]: args.configurations.bridge },
                written: {
                    [bridgeKeys.registration]: (values) =>
                        yaml.dump(
                            bridgeRegistration(serverName, {
                                asToken: values["as-token"] ?? "",
                                hsToken: values["hs-token"] ?? "",
                            }),
                        ),
                },
                rotation: yearly,
                renewal: {
                    how: "restart",
                    notice: "alerts come by the other channel for a minute",
                },
            },
            inside,
        );
        this.hook = namespace.secrets.note(
            bridge.value(HOOK).apply((secret) => hookUrl(secret)),
            matrixSecrets.bridge,
        );
        const key = (of: string, kind: "RSA" | "ECDSA") =>
            this.object(
                internalCertificate({
                    name: of,
                    namespace: namespace.name,
                    names: [`${of}.${namespace.name}`],
                    usage: "client auth",
                    keptKey: kind,
                    annotations: {
                        [secretOwner]: yearly.owner,
                        [secretRotation]: `${yearly.days}d`,
                    },
                }),
                { dependsOn: [namespace.object, args.authority] },
            );
        this.ready = [
            own.object,
            account.object,
            bridge.object,
            key(matrixSecrets.rsa, "RSA"),
            key(matrixSecrets.ecdsa, "ECDSA"),
            key(matrixSecrets.passkey, "RSA"),
        ];
    }
}
