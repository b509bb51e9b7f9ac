/** Credentials of the steps and of the listener. */
import * as pulumi from "@pulumi/pulumi";
import type { Namespace } from "../base/namespace";
import { ConfiguredSecret, GeneratedSecret, type Rotation } from "../base/secret";
import { privateServers, registryOf, type TektonSettings } from "./tekton-settings";
import { buildSecrets } from "./tekton-steps";

/** Those that a person sets. */
export const configuredSecrets = {
    buildRegistryPassword: {
        description:
            "password or token of systems.tekton.registryUser, which may push images to the registry (steps at docs/delivery.md)",
        neededBecause: () => "systems.tekton is on",
    },
    buildSigningKey: {
        description:
            "private key that signs images, as `cosign generate-key-pair` writes it to cosign.key (steps at docs/delivery.md)",
        neededBecause: () => "systems.tekton is on",
    },
    buildSigningPassword: {
        description: "password of buildSigningKey (steps at docs/delivery.md)",
        neededBecause: () => "systems.tekton is on",
    },
    buildSourceToken: {
        description:
            "token that may read the private repositories of systems.tekton.builds (steps at docs/delivery.md)",
        neededBecause: (own: TektonSettings) =>
            privateServers(own).length > 0
                ? "systems.tekton.builds has a private repository"
                : undefined,
    },
};

/** Who renews the credentials of a registry or a repository. */
const halfYearly: Rotation = { owner: "platform-admin", days: 180 };
/** A key whose public half others hold. */
const biennially: Rotation = { owner: "platform-admin", days: 730 };

/** What the configuration says of builds. */
interface ConfiguredBuilds {
    readonly settings: TektonSettings;
    readonly secret: (key: keyof typeof configuredSecrets) => pulumi.Output<string>;
}

/** What steps and the listener read. */
export function buildSecretObjects(
    namespace: Namespace,
    { settings, secret }: ConfiguredBuilds,
    inside: pulumi.ComponentResourceOptions,
): pulumi.Resource[] {
    const { registryUser = "", builds } = settings;
    const registry = registryOf(builds[0]?.image ?? "");
    const configured = (
        name: string,
        values: Record<string, pulumi.Output<string>>,
        rotation: Rotation,
    ) => new ConfiguredSecret(name, { namespace, values, rotation }, inside).object;
    const [server] = privateServers(settings);
    const basic = (user: string, password: pulumi.Output<string>) =>
        password.apply((value) => Buffer.from(`${user}:${value}`).toString("base64"));
    const header = (token: pulumi.Output<string>) =>
        pulumi.interpolate`Authorization: Basic ${basic("git", token)}`;
    return [
        configured(
            buildSecrets.registry,
            {
                "config.json": basic(registryUser, secret("buildRegistryPassword")).apply((auth) =>
                    JSON.stringify({ auths: { [registry]: { auth } } }),
                ),
            },
            halfYearly,
        ),
        configured(
            buildSecrets.signing,
            {
                "cosign.key": secret("buildSigningKey"),
                password: secret("buildSigningPassword"),
            },
            biennially,
        ),
        ...(server === undefined
            ? []
            : [
                  configured(
                      buildSecrets.source,
                      {
                          GIT_CONFIG_COUNT: pulumi.output("1"),
                          GIT_CONFIG_KEY_0: pulumi.output(`http.${server}/.extraHeader`),
                          GIT_CONFIG_VALUE_0: header(secret("buildSourceToken")),
                      },
                      halfYearly,
                  ),
              ]),
        new GeneratedSecret(
            buildSecrets.webhook,
            {
                namespace,
                generate: { secret: { length: 48 } },
                rotation: { owner: "platform-admin", days: 365 },
                renewal: {
                    how: "by hand",
                    why: "servers of repositories sign with it, and each must be told",
                    runbook: "docs/runbooks/rotate-secrets.md",
                },
            },
            inside,
        ).object,
    ];
}
