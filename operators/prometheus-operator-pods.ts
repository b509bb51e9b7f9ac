/** Pods of the Prometheus operator (v0.93.0: pkg/prometheus, pkg/alertmanager, pkg/thanos). */
import type { Behaviour, Labels, MadePods, Port, Resource, Tree } from "./behaviour";
import { claimOf, container, tcp } from "./pods";
import { labelsAt, numberAt, present, textAt, treeAt, treesAt } from "./values";

/** Ports of what the operator runs. */
export const monitoringPorts = {
    prometheus: 9090,
    alertmanager: 9093,
    alertmanagerMesh: 9094,
    thanosGrpc: 10_901,
    thanosHttp: 10_902,
    reloader: 8080,
} as const;

/** pkg/prometheus/server, pkg/alertmanager and pkg/thanos: makeSelectorLabels. */
export function monitoringLabels(
    app: "prometheus" | "prometheus-agent" | "alertmanager" | "thanos-ruler",
    name: string,
): Labels {
    return {
        "app.kubernetes.io/name": app,
        "app.kubernetes.io/instance": name,
        "app.kubernetes.io/managed-by": "prometheus-operator",
    };
}

/** cmd/operator/main.go: what the flags of the operator give the reloader by default. */
const RELOADER = {
    requests: { cpu: "10m", memory: "50Mi" },
    limits: { cpu: "10m", memory: "50Mi" },
};

/** pkg/k8s: a container of the user's with the name of the operator's own is merged into it. */
function merged(own: readonly Tree[], users: readonly Tree[]): Tree[] {
    const names = new Set(own.map(({ name }) => name));
    return [
        ...own.map((mine) => ({
            ...mine,
            ...users.find(({ name }) => name === mine.name),
            ...present({
                resources:
                    users.find(({ name }) => name === mine.name)?.resources ?? mine.resources,
            }),
        })),
        ...users.filter(({ name }) => !names.has(name)),
    ];
}

function podOf(spec: Tree, containers: readonly Tree[]): Tree {
    return present({
        serviceAccountName: spec.serviceAccountName,
        imagePullSecrets: spec.imagePullSecrets,
        nodeSelector: spec.nodeSelector,
        schedulerName: spec.schedulerName,
        priorityClassName: spec.priorityClassName,
        tolerations: spec.tolerations,
        affinity: spec.affinity,
        topologySpreadConstraints: spec.topologySpreadConstraints,
        hostNetwork: spec.hostNetwork === true ? true : undefined,
        volumes: [
            ...treesAt(spec, "volumes"),
            ...("ephemeral" in treeAt(spec, "storage")
                ? [{ name: "storage", ephemeral: treeAt(spec, "storage", "ephemeral") }]
                : []),
        ],
        initContainers: merged(
            [container("init-config-reloader", RELOADER)],
            treesAt(spec, "initContainers"),
        ),
        containers: merged(
            [...containers, container("config-reloader", RELOADER)],
            treesAt(spec, "containers"),
        ),
    });
}

/** A request for memory where the resource names none. */
function withMemory(resources: Tree, memory: string): Tree {
    return { ...resources, requests: { memory, ...treeAt(resources, "requests") } };
}

function claims(name: string, spec: Tree) {
    const template = treeAt(spec, "storage", "volumeClaimTemplate");
    return claimOf(textAt(template, "metadata", "name") ?? `${name}-db`, treeAt(template, "spec"));
}

/** pkg/apis/monitoring: a count below one means one for Prometheus. */
function count(spec: Tree): number {
    return Math.max(numberAt(1, spec, "replicas"), 0);
}

const reloaderPort = tcp(monitoringPorts.reloader, "reloader-web");

/** pkg/prometheus/server/statefulset.go: a StatefulSet for each shard. */
export function prometheusPods(app: "prometheus" | "prometheus-agent"): Behaviour["pods"] {
    return ({ spec = {}, metadata: { name } }) => {
        const shards = Math.max(numberAt(1, spec, "shards"), 1);
        const thanos = treeAt(spec, "thanos");
        const hasThanos = app === "prometheus" && "thanos" in spec;
        const isDaemonSet = app === "prometheus-agent" && spec.mode === "DaemonSet";
        const prefix = app === "prometheus" ? "prometheus" : "prom-agent";
        const pod = podOf(spec, [
            container("prometheus", spec.resources, textAt(spec, "image")),
            ...(hasThanos
                ? [container("thanos-sidecar", thanos.resources, textAt(thanos, "image"))]
                : []),
        ]);
        const ports: Port[] = [
            tcp(monitoringPorts.prometheus, textAt(spec, "portName") ?? "web"),
            reloaderPort,
            ...(hasThanos
                ? [tcp(monitoringPorts.thanosGrpc, "grpc"), tcp(monitoringPorts.thanosHttp, "http")]
                : []),
        ];
        return Array.from({ length: isDaemonSet ? 1 : shards }, (_, shard): MadePods => ({
            part: shards > 1 ? `shard ${shard}` : app,
            name: shard === 0 ? `${prefix}-${name}` : `${prefix}-${name}-shard-${shard}`,
            labels: {
                ...labelsAt(spec, "podMetadata", "labels"),
                ...monitoringLabels(app, name),
                "operator.prometheus.io/name": name,
                ...(app === "prometheus" ? { prometheus: name } : {}),
                ...(isDaemonSet ? {} : { "operator.prometheus.io/shard": String(shard) }),
            },
            count: isDaemonSet ? 1 : count(spec),
            ...(isDaemonSet ? { perNode: "DaemonSet" } : { stateful: true }),
            pod,
            ports,
            claims: isDaemonSet ? [] : claims(`${prefix}-${name}`, spec),
            isMain: true,
            usesApi: true,
        }));
    };
}

/** pkg/alertmanager/statefulset.go. */
export function alertmanagerPods({ spec = {}, metadata: { name } }: Resource): MadePods[] {
    const labels = { ...monitoringLabels("alertmanager", name), alertmanager: name };
    const mesh = [
        tcp(monitoringPorts.alertmanagerMesh, "mesh-tcp"),
        { port: monitoringPorts.alertmanagerMesh, protocol: "UDP", name: "mesh-udp" } as const,
    ];
    return [
        {
            part: "alertmanager",
            name: `alertmanager-${name}`,
            labels: { ...labelsAt(spec, "podMetadata", "labels"), ...labels },
            count: count(spec),
            stateful: true,
            pod: podOf(spec, [
                container(
                    "alertmanager",
                    withMemory(treeAt(spec, "resources"), "200Mi"),
                    textAt(spec, "image"),
                ),
            ]),
            ports: [
                tcp(monitoringPorts.alertmanager, textAt(spec, "portName") ?? "web"),
                ...mesh,
                reloaderPort,
            ],
            claims: claims(`alertmanager-${name}`, spec),
            isMain: true,
            reaches: [
                {
                    pods: labels,
                    ports: [tcp(monitoringPorts.alertmanagerMesh)],
                    why: "members tell each other of silences and of what they have sent",
                },
            ],
            votes: "replicas",
        },
    ];
}

/** pkg/thanos/statefulset.go. */
export function rulerPods({ spec = {}, metadata: { name } }: Resource): MadePods[] {
    return [
        {
            part: "thanos-ruler",
            name: `thanos-ruler-${name}`,
            labels: {
                ...labelsAt(spec, "podMetadata", "labels"),
                ...monitoringLabels("thanos-ruler", name),
                "thanos-ruler": name,
            },
            count: count(spec),
            stateful: true,
            pod: podOf(spec, [
                container(
                    "thanos-ruler",
                    withMemory(treeAt(spec, "resources"), "200Mi"),
                    textAt(spec, "image"),
                ),
            ]),
            ports: [
                tcp(monitoringPorts.thanosGrpc, "grpc"),
                tcp(monitoringPorts.thanosHttp, textAt(spec, "portName") ?? "web"),
                reloaderPort,
            ],
            claims: claims(`thanos-ruler-${name}`, spec),
            isMain: true,
        },
    ];
}
