/**
 * vcluster: what it makes in the namespace of its control plane. It is told by a Secret, which is
 * why the room is about those alone.
 */
import type { Behaviour, Labels, Resource, Tree } from "./behaviour";
import { listAt, numberAt, textAt, treeAt, yamlIn } from "./values";

/** Start of the name of the Secret with the configuration (chart 0.36.1: templates/config-secret.yaml). */
const CONFIGURATION = "vc-config-";
/** Its key. */
const KEY = "config.yaml";

/** Name of that Secret. */
export function configurationSecret(release: string): string {
    return `${CONFIGURATION}${release}`;
}

/** Labels of the pods of its DNS, inside as outside (pkg/constants/coredns.go). */
export const virtualDnsPods = { "k8s-app": "vcluster-kube-dns" } as const;

/**
 * Label of everything that is made of an object inside (pkg/util/translate/types.go, MarkerLabel).
 *
 * @param release name of the virtual cluster
 */
export function virtualDns(release: string): Labels {
    return { "vcluster.loft.sh/managed-by": release };
}

/**
 * Name of what is made of an object inside, short of the length at which it is cut
 * (pkg/util/translate/single_namespace.go, SingleNamespaceHostName).
 */
function outside(name: string, release: string, namespace = "kube-system"): string {
    return `${name}-x-${namespace}-x-${release}`;
}

function releaseOf({ metadata }: Resource): string {
    return metadata.name.slice(CONFIGURATION.length);
}

/** The configuration; empty where it cannot be read. */
function configurationOf(resource: Resource): Tree {
    const packed = textAt(resource, "data", KEY);
    return yamlIn(
        textAt(resource, "stringData", KEY) ?? Buffer.from(packed ?? "", "base64").toString(),
    );
}

/** The room. */
export const vcluster: readonly Behaviour[] = [
    {
        kind: "/Secret",
        only: /^vc-config-/,
        source: "vcluster v0.36.1: pkg/coredns/template.go, pkg/certs/ensure.go, pkg/util/kubeconfig/kubeconfig.go",
        // Those of people are as many as their quota lets them be; nobody knows them here.
        pods: (resource) => {
            const release = releaseOf(resource);
            const dns = treeAt(configurationOf(resource), "controlPlane", "coredns");
            const deployment = treeAt(dns, "deployment");
            const count = numberAt(1, deployment, "replicas");
            return [
                {
                    part: "DNS",
                    name: outside("coredns", release),
                    labels: { ...virtualDnsPods, ...virtualDns(release) },
                    count,
                    most: count + 1,
                    pod: {
                        securityContext: treeAt(dns, "security", "podSecurityContext"),
                        topologySpreadConstraints: listAt(deployment, "topologySpreadConstraints"),
                        containers: [
                            {
                                name: "coredns",
                                image: textAt(deployment, "image"),
                                resources: treeAt(deployment, "resources"),
                                securityContext: treeAt(
                                    dns,
                                    "security",
                                    "containerSecurityContext",
                                ),
                            },
                        ],
                    },
                    ports: [
                        { name: "dns", port: 53, protocol: "UDP" },
                        { name: "dns-tcp", port: 53 },
                    ],
                },
            ];
        },
        services: (resource) => [
            {
                name: outside("kube-dns", releaseOf(resource)),
                selector: { ...virtualDnsPods, ...virtualDns(releaseOf(resource)) },
                ports: [
                    { name: "dns", port: 53, target: 53, protocol: "UDP" },
                    { name: "dns-tcp", port: 53, target: 53 },
                ],
            },
        ],
        secrets: (resource) => [
            { name: `${releaseOf(resource)}-certs` },
            {
                name: `vc-${releaseOf(resource)}`,
                keys: ["config", "certificate-authority", "client-certificate", "client-key"],
            },
        ],
    },
];
