/** How Argo CD reaches the repository, and over what it rules, as it reads that from Secrets. */
import * as pulumi from "@pulumi/pulumi";
import { isAddress } from "../addresses";
import type { Flow } from "../base/flows";
import type { Namespace } from "../base/namespace";
import type { ConfiguredSecretArgs, GeneratedSecretArgs, Rotation } from "../base/secret";
import { deliveryCredential, type DeliverySettings, repositoryAddress } from "../delivery-schema";
import type { Site } from "../site";
import { namespaceOf, OWN_CLUSTER } from "./applications";
import { argoCdPods } from "./argo-cd-values";
import { ARGO_CD } from "./delivered-kinds";

/** Who renews the credential of the repository, and how often. */
const credentialRotation: Rotation = { owner: "platform-admin", days: 180 };
/** No secret: where it rules. Looked at once in ten years. */
const noSecret: Rotation = { owner: "platform-admin", days: 3650 };

/** Argo CD looks only at what has this label (util/settings/settings.go). */
export const ofArgoCd = { "app.kubernetes.io/part-of": ARGO_CD } as const;

/** What Argo CD reads of a Secret is for (common/common.go). */
const readAs = (what: "cluster" | "repository") => ({
    ...ofArgoCd,
    "argocd.argoproj.io/secret-type": what,
});

/**
 * The way to the repository.
 *
 * @param pods that go it; default: those that make manifests
 */
export function toRepository(
    settings: Pick<DeliverySettings, "repository">,
    pods: Readonly<Record<string, string>> = argoCdPods("repoServer"),
): Flow[] {
    const address = repositoryAddress(settings.repository);
    return address === undefined
        ? []
        : [
              {
                  name: "repository",
                  pods,
                  to: isAddress(address.host) ? { cidr: `${address.host}/32` } : "internet",
                  ports: [address.port],
              },
          ];
}

/** The key of a server as known_hosts has it; empty for one whose key Argo CD knows. */
export function knownHosts({
    repository,
    hostKey,
}: Pick<DeliverySettings, "repository" | "hostKey">): string {
    const { host = "", port = 22 } = repositoryAddress(repository) ?? {};
    return hostKey === undefined ? "" : `${port === 22 ? host : `[${host}]:${port}`} ${hostKey}`;
}

/**
 * The own cluster, of which Argo CD sees its own namespace and those of applications alone. The names
 * of what people order are not known: where they may, it sees what its roles let it see.
 */
export function clusterSecret(
    namespace: Namespace,
    { applications, orders }: DeliverySettings,
): GeneratedSecretArgs {
    return {
        namespace,
        generate: {},
        plain: {
            name: "in-cluster",
            server: OWN_CLUSTER,
            config: JSON.stringify({ tlsClientConfig: { insecure: false } }),
            // Of none it is all of them.
            ...(orders === undefined
                ? {
                      namespaces: [ARGO_CD, ...applications.map(namespaceOf)].join(","),
                      clusterResources: "false",
                  }
                : {}),
        },
        labels: readAs("cluster"),
        rotation: noSecret,
    };
}

/** What the repository is read with; undefined for one that anybody may read. */
export function repositorySecret(
    namespace: Namespace,
    site: Pick<Site, "secret">,
    delivery: DeliverySettings,
): ConfiguredSecretArgs | undefined {
    const credential = deliveryCredential(delivery);
    return credential === undefined
        ? undefined
        : {
              namespace,
              values: {
                  type: pulumi.output("git"),
                  url: pulumi.output(delivery.repository),
                  ...(credential === "deliveryKey"
                      ? { sshPrivateKey: site.secret(credential) }
                      : { username: pulumi.output("git"), password: site.secret(credential) }),
              },
              labels: readAs("repository"),
              rotation: credentialRotation,
          };
}
