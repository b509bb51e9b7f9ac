/** Elastic Cloud on Kubernetes: Elasticsearch and Kibana. */
import type { Behaviour, Labels, MadePods, NamedField, Resource, Tree } from "./behaviour";
import { mainContainer, preparing, templatePod } from "./eck-pods";
import { kinds, named } from "./names";
import { apart, claimOf, straight, tcp, withSurge } from "./pods";
import { isTree, labelsAt, listAt, numberAt, textAt, treeAt, treesAt } from "./values";

const ELASTICSEARCH = "elasticsearch.k8s.elastic.co/Elasticsearch";
const KIBANA = "kibana.k8s.elastic.co/Kibana";
const source = "cloud-on-k8s v3.5.0: pkg/controller/elasticsearch, pkg/controller/kibana";

/** Ports of Elasticsearch and Kibana (pkg/controller/.../network). */
export const elasticPorts = { http: 9200, transport: 9300, kibana: 5601 } as const;

/** Labels of all nodes of a cluster (elasticsearch/label/label.go). */
export function elasticsearchLabels(cluster: string): Labels {
    return { "elasticsearch.k8s.elastic.co/cluster-name": cluster };
}

/** Labels of the pods of a Kibana. */
export function kibanaLabels(kibana: string): Labels {
    return { "kibana.k8s.elastic.co/name": kibana };
}

/** Roles of a set of nodes; without the setting a node has all of them. */
function mayBeMaster(nodeSet: Tree): boolean {
    const config = treeAt(nodeSet, "config");
    const roles = listAt(config, "node.roles");
    return config["node.roles"] === undefined
        ? treeAt(config, "node").master !== false && config["node.master"] !== false
        : roles.includes("master");
}

/**
 * elasticsearch/initcontainer, kibana/initcontainer: one copies plugins and settings, one writes the
 * keystore where there are secure settings.
 */
function preparations(spec: Tree, keystore: { readonly cpu: string; readonly memory: string }) {
    return [
        preparing("elastic-internal-init-filesystem", "100m", "50Mi"),
        ...(treesAt(spec, "secureSettings").length === 0
            ? []
            : [preparing("elastic-internal-init-keystore", keystore.cpu, keystore.memory)]),
    ];
}

/** elasticsearch/nodespec: a StatefulSet for each set of nodes, claims of 1 GiB by default. */
function elasticsearchPods({ spec = {}, metadata: { name } }: Resource): MadePods[] {
    const labels = elasticsearchLabels(name);
    return treesAt(spec, "nodeSets").map((nodeSet) => {
        const template = treeAt(nodeSet, "podTemplate");
        const set = textAt(nodeSet, "name") ?? "";
        const pod = templatePod(
            template,
            mainContainer("elasticsearch", template, nodeSet, "2Gi", textAt(spec, "image")),
            preparations(spec, { cpu: "500m", memory: "196Mi" }),
        );
        const templates = treesAt(nodeSet, "volumeClaimTemplates");
        const claims = templates.flatMap((claim) =>
            claimOf(textAt(claim, "metadata", "name") ?? "", treeAt(claim, "spec")),
        );
        const isEphemeral = treesAt(pod, "volumes").some(
            (volume) => volume.name === "elasticsearch-data",
        );
        return {
            part: `${set} nodes`,
            name: `${name}-es-${set}`,
            labels: {
                ...labelsAt(template, "metadata", "labels"),
                ...labels,
                "common.k8s.elastic.co/type": "elasticsearch",
                "elasticsearch.k8s.elastic.co/statefulset-name": `${name}-es-${set}`,
                "elasticsearch.k8s.elastic.co/node-master": String(mayBeMaster(nodeSet)),
            },
            count: numberAt(0, nodeSet, "count"),
            stateful: true,
            pod: {
                affinity: { podAntiAffinity: apart(labels, false, undefined, 100) },
                serviceAccountName: textAt(spec, "serviceAccountName") ?? "default",
                ...pod,
            },
            ports: [tcp(elasticPorts.http, scheme(spec)), tcp(elasticPorts.transport, "transport")],
            claims:
                templates.length > 0 || isEphemeral
                    ? claims
                    : [{ name: "elasticsearch-data", size: "1Gi" }],
            isMain: true,
            reaches: [
                {
                    pods: labels,
                    ports: [tcp(elasticPorts.transport)],
                    why: "nodes form one cluster",
                },
            ],
            operatorReaches: [tcp(elasticPorts.http)],
            ...(mayBeMaster(nodeSet) ? { votes: "master-eligible nodes" } : {}),
        };
    });
}

/** elasticsearch/pdb: one node may go while the cluster is green; an empty setting turns it off. */
const elasticsearchBudgets: Behaviour["budgets"] = ({ spec, metadata: { name } }) => {
    const own = spec?.podDisruptionBudget;
    const limits = treeAt(own, "spec");
    if (isTree(own) && Object.keys(limits).length === 0) {
        return [];
    }
    const nodes = treesAt(spec, "nodeSets").reduce(
        (sum, nodeSet) => sum + numberAt(0, nodeSet, "count"),
        0,
    );
    const { minAvailable, maxUnavailable } = limits;
    const isLimit = (value: unknown): value is number | string =>
        typeof value === "number" || typeof value === "string";
    return [
        {
            name: `${name}-es-default`,
            selector: elasticsearchLabels(name),
            ...(isLimit(maxUnavailable)
                ? { maxUnavailable }
                : { minAvailable: isLimit(minAvailable) ? minAvailable : Math.max(nodes - 1, 0) }),
        },
    ];
};

/** Name of the port of HTTP: it says whether it is encrypted (common/network). */
function scheme(spec: Tree): "http" | "https" {
    return treeAt(spec, "http", "tls", "selfSignedCertificate").disabled === true &&
        textAt(spec, "http", "tls", "certificate", "secretName") === undefined
        ? "http"
        : "https";
}

/** kibana/pod.go: a Deployment. */
function kibanaPods({ spec = {}, metadata: { name } }: Resource): MadePods[] {
    const template = treeAt(spec, "podTemplate");
    const labels = kibanaLabels(name);
    const cluster = textAt(spec, "elasticsearchRef", "name");
    const namespace = textAt(spec, "elasticsearchRef", "namespace");
    const count = numberAt(1, spec, "count");
    return [
        {
            part: "kibana",
            name: `${name}-kb`,
            labels: {
                ...labelsAt(template, "metadata", "labels"),
                ...labels,
                "common.k8s.elastic.co/type": "kibana",
            },
            count,
            most: withSurge(count),
            pod: {
                serviceAccountName: textAt(spec, "serviceAccountName") ?? "default",
                ...templatePod(
                    template,
                    mainContainer("kibana", template, spec, "2Gi", textAt(spec, "image")),
                    preparations(spec, { cpu: "100m", memory: "128Mi" }),
                ),
            },
            ports: [tcp(elasticPorts.kibana, scheme(spec))],
            isMain: true,
            ...(cluster === undefined || namespace !== undefined
                ? {}
                : {
                      reaches: [
                          {
                              pods: elasticsearchLabels(cluster),
                              ports: [tcp(elasticPorts.http)],
                              why: "it keeps everything in Elasticsearch",
                          },
                      ],
                  }),
        },
    ];
}

const shared: readonly NamedField[] = [
    ...named(
        kinds.secret,
        "spec.http.tls.certificate.secretName",
        "spec.secureSettings[].secretName",
    ),
    ...named(
        ELASTICSEARCH,
        "spec.monitoring.logs.elasticsearchRefs[].name",
        "spec.monitoring.metrics.elasticsearchRefs[].name",
    ),
];

/** The rooms of the kinds: https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s. */
export const eck: readonly Behaviour[] = [
    {
        kind: ELASTICSEARCH,
        source,
        pods: elasticsearchPods,
        services: ({ metadata: { name } }) =>
            (
                [
                    ["es-http", elasticPorts.http],
                    ["es-internal-http", elasticPorts.http],
                    ["es-transport", elasticPorts.transport],
                ] as const
            ).map(([suffix, port]) => ({
                name: `${name}-${suffix}`,
                selector: elasticsearchLabels(name),
                ports: straight(port),
            })),
        secrets: ({ metadata: { name } }) => [
            { name: `${name}-es-elastic-user`, keys: ["elastic"] },
            { name: `${name}-es-http-certs-public`, keys: ["tls.crt", "ca.crt"] },
        ],
        budgets: elasticsearchBudgets,
        images: [{ path: "spec.image", optional: true }],
        names: [
            ...shared,
            ...named(
                kinds.secret,
                "spec.auth.fileRealm[].secretName",
                "spec.auth.roles[].secretName",
                "spec.transport.tls.certificate.secretName",
            ),
            ...named(kinds.configMap, "spec.transport.tls.certificateAuthorities.configMapName"),
            ...named(
                kinds.storageClass,
                "spec.nodeSets[].volumeClaimTemplates[].spec.storageClassName",
            ),
            ...named(ELASTICSEARCH, "spec.remoteClusters[].elasticsearchRef.name"),
        ],
        // volumeClaimDeletePolicy: DeleteOnScaledownAndClusterDeletion unless it says otherwise.
        holdsData: true,
    },
    {
        kind: KIBANA,
        source,
        pods: kibanaPods,
        services: ({ metadata: { name } }) => [
            {
                name: `${name}-kb-http`,
                selector: kibanaLabels(name),
                ports: straight(elasticPorts.kibana),
            },
        ],
        secrets: ({ metadata: { name } }) => [
            { name: `${name}-kb-http-certs-public`, keys: ["tls.crt", "ca.crt"] },
        ],
        images: [{ path: "spec.image", optional: true }],
        names: [
            ...shared,
            ...named(kinds.secret, "spec.elasticsearchRef.secretName"),
            ...named(ELASTICSEARCH, "spec.elasticsearchRef.name"),
        ],
    },
];
