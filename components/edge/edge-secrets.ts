/** What edge sites keep secret, made at the platform, where it can be read again. */
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Namespace } from "../base/namespace";
import { GeneratedSecret, type Renewal, yearly } from "../base/secret";
import type { EdgeSite } from "../edge-schema";
import type { Site } from "../site";
import type { EdgeCredentials } from "./cloud-init";

/** What the machines of a site show each other, and what its agent shows the gateway. */
export interface EdgeSecrets {
    readonly token: GeneratedSecret;
    readonly password: GeneratedSecret;
}

/** A machine reads its secrets once, at its first boot. */
const byHand = (why: string): Renewal => ({ how: "by hand", why, runbook: "rotate-edge-secrets" });

/** Makes the secrets of a site. */
export function edgeSecrets(
    { name }: EdgeSite,
    namespace: Namespace,
    inside: pulumi.ComponentResourceOptions,
): EdgeSecrets {
    return {
        token: new GeneratedSecret(
            `edge-${name}-token`,
            {
                namespace,
                generate: { token: { length: 64 } },
                rotation: yearly,
                renewal: byHand("every server of the site must be told at once"),
                escrow: `the snapshots of etcd of the edge site ${name}`,
            },
            inside,
        ),
        password: new GeneratedSecret(
            `edge-${name}-password`,
            {
                namespace,
                generate: { password: { length: 48 } },
                rotation: yearly,
                renewal: byHand("the agent of the site must be told as well"),
            },
            inside,
        ),
    };
}

/** A line of a file of passwords, in the one form that Envoy reads (`{SHA}`, RFC 2307). */
export function passwordLine(name: string, password: string): string {
    return `${name}:{SHA}${createHash("sha1").update(password).digest("base64")}`;
}

/** The passwords of all sites, as the gateway compares them: a Secret of its own. */
export function edgePasswords(
    secrets: ReadonlyMap<EdgeSite, EdgeSecrets>,
    namespace: Namespace,
    inside: pulumi.ComponentResourceOptions,
): GeneratedSecret {
    const lines = [...secrets].map(([{ name }, { password }]) =>
        password.value("password").apply((value) => passwordLine(name, value)),
    );
    const file = pulumi.all(lines).apply((all) => `${all.join("\n")}\n`);
    return new GeneratedSecret(
        "edge-passwords",
        {
            namespace,
            generate: {},
            made: { ".htpasswd": pulumi.secret(file) },
            rotation: yearly,
            renewal: byHand("it changes with the password of a site"),
        },
        inside,
    );
}

/** The same as the machines of a site are told it, with the key of the target of its snapshots. */
export function edgeCredentials(
    site: Site,
    { token, password }: EdgeSecrets,
): pulumi.Output<EdgeCredentials> {
    const shown = pulumi.all([token.value("token"), password.value("password")]);
    const key =
        site.backup === undefined
            ? pulumi.output(undefined)
            : pulumi
                  .all([site.secret("edgeBackupAccessKey"), site.secret("edgeBackupSecretKey")])
                  .apply(([id, secret]) => ({ id, secret }));
    return pulumi.all([shown, key]).apply(([[first, second], snapshots]) => ({
        token: first,
        password: second,
        snapshots,
    }));
}
