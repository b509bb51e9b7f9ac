/** The OpenTelemetry operator: collectors and what instruments programs. */
import type { Behaviour, Labels, MadePods, Resource, Tree } from "./behaviour";
import { kinds, named } from "./names";
import { claimOf, container, straight, tcp, withSurge } from "./pods";
import { labelsAt, namespaceOf, numberAt, present, textAt, treeAt, treesAt } from "./values";

const GROUP = "opentelemetry.io";
const source = "opentelemetry-operator v0.158.0: internal/manifests, apis";

/** internal/manifests/manifestutils/labels.go, SelectorLabels. */
export function collectorLabels(
    namespace: string,
    name: string,
    component = "opentelemetry-collector",
): Labels {
    return {
        "app.kubernetes.io/managed-by": "opentelemetry-operator",
        "app.kubernetes.io/instance": `${namespace}.${name}`.slice(0, 63),
        "app.kubernetes.io/part-of": "opentelemetry",
        "app.kubernetes.io/component": component,
    };
}

/** Ports on which receivers listen unless their endpoint says otherwise (their own READMEs). */
const RECEIVERS: Readonly<Record<string, number>> = {
    "otlp.grpc": 4317,
    "otlp.http": 4318,
    "jaeger.grpc": 14_250,
    "jaeger.thrift_http": 14_268,
    zipkin: 9411,
};

/** The collector's own metrics (internal/manifests/collector/container.go). */
const METRICS = tcp(8888, "metrics");

function portOf(receiver: Tree, fallback: number): number {
    const found = /:(\d+)$/.exec(textAt(receiver, "endpoint") ?? "");
    return found === null ? fallback : Number(found[1]);
}

interface NamedPort {
    readonly name: string;
    readonly port: number;
}

/** Port of an exporter that is scraped; others send (internal/components/exporters/helpers.go). */
const SCRAPED = 8888;
/** internal/components/extensions/healthcheckv1.go. */
const HEALTH = 13_133;
/** internal/components/extensions/jaeger_query_extension.go. */
const QUERY = 16_686;

/** Ports of components of one type, each named as its key with `-` for `/` (internal/naming/port.go). */
function portsOf(config: Tree, section: string, type: string, fallback: number): NamedPort[] {
    return Object.entries(treeAt(config, section)).flatMap(([name, own]) =>
        name.split("/")[0] === type
            ? [
                  {
                      name: name.replace(/[^a-z0-9]/g, "-"),
                      port: portOf(treeAt({ own }, "own"), fallback),
                  },
              ]
            : [],
    );
}

const exporterPorts = (config: Tree) => portsOf(config, "exporters", "prometheus", SCRAPED);
/** internal/components/extensions: the page of Jaeger has its endpoint one level deeper. */
const extensionPorts = (config: Tree): NamedPort[] => {
    const query = treeAt(config, "extensions").jaeger_query;
    return [
        ...portsOf(config, "extensions", "health_check", HEALTH),
        ...(query === undefined
            ? []
            : [{ name: "jaeger-query", port: portOf(treeAt({ query }, "query", "http"), QUERY) }]),
    ];
};

/** Components that ask the API of Kubernetes, by the start of their types (their own READMEs). */
const ASKS_API = /^(?:k8s|kubeletstats|receiver_creator)/;

function asksApi(config: Tree): boolean {
    const sections = ["receivers", "processors", "exporters", "extensions"];
    return sections.some((section) =>
        Object.entries(treeAt(config, section)).some(
            ([name, own]) => ASKS_API.test(name) || "k8s" in treeAt({ own }, "own", "resolver"),
        ),
    );
}

/** Ports of the receivers in a configuration, each with the name `<receiver>-<protocol>`. */
function receiverPorts(config: Tree): NamedPort[] {
    return Object.entries(treeAt(config, "receivers")).flatMap(([name, receiver]) => {
        const [type = ""] = name.split("/");
        const protocols = Object.entries(treeAt(receiver, "protocols"));
        const found =
            protocols.length > 0
                ? protocols.map(([protocol, own]) => [`${type}.${protocol}`, own] as const)
                : [[type, receiver] as const];
        return found.flatMap(([key, own]) => {
            const fallback = RECEIVERS[key];
            return fallback === undefined
                ? []
                : [
                      {
                          name: key.replace(/[._]/g, "-"),
                          port: portOf(treeAt({ own }, "own"), fallback),
                      },
                  ];
        });
    });
}

function podOf(spec: Tree, name: string, main: string): Tree {
    return present({
        serviceAccountName: textAt(spec, "serviceAccount") ?? name,
        hostNetwork: spec.hostNetwork === true ? true : undefined,
        tolerations: spec.tolerations,
        nodeSelector: spec.nodeSelector,
        priorityClassName: spec.priorityClassName,
        affinity: spec.affinity,
        topologySpreadConstraints: spec.topologySpreadConstraints,
        volumes: treesAt(spec, "volumes"),
        initContainers: treesAt(spec, "initContainers"),
        containers: [
            {
                ...container(main, spec.resources, textAt(spec, "image")),
                ...present({ env: spec.env, envFrom: spec.envFrom }),
            },
            ...treesAt(spec, "additionalContainers"),
        ],
    });
}

/** internal/manifests/collector: a Deployment, a StatefulSet, a DaemonSet, or a sidecar of others. */
function collectorPods(resource: Resource): MadePods[] | string {
    const { spec = {}, metadata } = resource;
    const name = `${metadata.name}-collector`;
    const mode = textAt(spec, "mode") ?? "deployment";
    const scaler = treeAt(spec, "autoscaler");
    const count = Math.max(numberAt(1, spec, "replicas"), numberAt(0, scaler, "minReplicas"));
    const isDaemonSet = mode === "daemonset";
    const config = treeAt(spec, "config");
    const allocator = treeAt(spec, "targetAllocator");
    const collector: MadePods = {
        part: "collector",
        name,
        labels: {
            ...labelsAt(metadata, "labels"),
            ...collectorLabels(namespaceOf(resource), metadata.name),
            "app.kubernetes.io/name": metadata.labels?.["app.kubernetes.io/name"] ?? name,
        },
        count: isDaemonSet ? 1 : count,
        most: isDaemonSet
            ? 1
            : Math.max(
                  mode === "statefulset" ? count : withSurge(count),
                  numberAt(0, scaler, "maxReplicas"),
              ),
        ...(isDaemonSet ? { perNode: "DaemonSet", local: true } : {}),
        ...(mode === "statefulset" ? { stateful: true } : {}),
        pod: podOf(spec, name, "otc-container"),
        ports: [
            ...[receiverPorts, exporterPorts, extensionPorts]
                .flatMap((ports) => ports(config))
                .map(({ port, name: label }) => tcp(port, label)),
            METRICS,
        ],
        claims: treesAt(spec, "volumeClaimTemplates").flatMap((claim) =>
            claimOf(textAt(claim, "metadata", "name") ?? "", treeAt(claim, "spec")),
        ),
        isMain: true,
        ...(asksApi(config) ? { usesApi: true } : {}),
    };
    if (mode === "sidecar") {
        return "it is added to the pods of others, which do not show it";
    }
    return [
        collector,
        ...(allocator.enabled === true ? allocatorPods({ ...resource, spec: allocator }) : []),
    ];
}

/** internal/manifests/targetallocator: a Deployment. */
function allocatorPods(resource: Resource): MadePods[] {
    const { spec = {}, metadata } = resource;
    const name = `${metadata.name}-targetallocator`;
    const count = numberAt(1, spec, "replicas");
    return [
        {
            part: "targetallocator",
            name,
            labels: {
                ...labelsAt(metadata, "labels"),
                ...collectorLabels(
                    namespaceOf(resource),
                    metadata.name,
                    "opentelemetry-targetallocator",
                ),
                "app.kubernetes.io/name": name,
            },
            count,
            most: withSurge(count),
            pod: podOf(spec, name, "ta-container"),
            ports: [tcp(8080, "http")],
            usesApi: true,
        },
    ];
}

/** collector/poddisruptionbudget.go: one pod may go, unless the resource says otherwise. */
const collectorBudgets: Behaviour["budgets"] = (resource) => {
    const { spec, metadata } = resource;
    const mode = textAt(spec, "mode") ?? "deployment";
    const { minAvailable, maxUnavailable } = treeAt(spec, "podDisruptionBudget");
    const isLimit = (value: unknown): value is number | string =>
        typeof value === "number" || typeof value === "string";
    return mode === "deployment" || mode === "statefulset"
        ? [
              {
                  name: `${metadata.name}-collector`,
                  selector: collectorLabels(namespaceOf(resource), metadata.name),
                  ...(isLimit(minAvailable)
                      ? { minAvailable }
                      : { maxUnavailable: isLimit(maxUnavailable) ? maxUnavailable : 1 }),
              },
          ]
        : [];
};

const shared = [
    ...named(kinds.configMap, "spec.configmaps[].name"),
    ...named(kinds.storageClass, "spec.volumeClaimTemplates[].spec.storageClassName"),
];

/** The rooms of the kinds. */
export const openTelemetry: readonly Behaviour[] = [
    {
        kind: `${GROUP}/OpenTelemetryCollector`,
        source,
        pods: collectorPods,
        services: (resource) => {
            const { spec, metadata } = resource;
            const selector = collectorLabels(namespaceOf(resource), metadata.name);
            const config = treeAt(spec, "config");
            const straightOn = ({ name, port }: NamedPort) => ({ name, port, target: port });
            const ports = [...receiverPorts(config), ...exporterPorts(config)].map(straightOn);
            const extensions = extensionPorts(config).map(straightOn);
            return [
                ...(extensions.length > 0
                    ? [
                          {
                              name: `${metadata.name}-collector-extension`,
                              selector,
                              ports: extensions,
                          },
                      ]
                    : []),
                ...(ports.length > 0
                    ? ["collector", "collector-headless"].map((suffix) => ({
                          name: `${metadata.name}-${suffix}`,
                          selector,
                          ports,
                      }))
                    : []),
                {
                    name: `${metadata.name}-collector-monitoring`,
                    selector,
                    ports: straight(8888).map((port) => ({ ...port, name: "monitoring" })),
                },
            ];
        },
        objects: ({ spec, metadata: { name, namespace } }) =>
            textAt(spec, "serviceAccount") === undefined
                ? [{ kind: "/ServiceAccount", name: `${name}-collector`, namespace }]
                : [],
        budgets: collectorBudgets,
        images: [{ path: "spec.image", optional: true }],
        names: shared,
    },
    {
        kind: `${GROUP}/TargetAllocator`,
        source,
        pods: allocatorPods,
        objects: ({ spec, metadata: { name, namespace } }) =>
            textAt(spec, "serviceAccount") === undefined
                ? [{ kind: "/ServiceAccount", name: `${name}-targetallocator`, namespace }]
                : [],
        images: [{ path: "spec.image", optional: true }],
    },
    // It adds containers to the pods of others, who do not show them.
    {
        kind: `${GROUP}/Instrumentation`,
        source: "opentelemetry-operator v0.158.0: internal/instrumentation",
    },
];
