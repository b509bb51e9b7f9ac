/** Values of the chart kube-prometheus-stack 88.5.3. Pure. */
import { budgetValues, leavesDeadNode, spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { resources, restrictedContainer } from "../base/containers";
import { priorities } from "../base/priority";
import { monitoringLabels } from "../../operators/prometheus-operator";
import { controlPlanePorts, nodeExporterPort } from "../base/node-ports";
import { type CustomState, customStates, stateMetricsPods } from "../base/state-metrics";
import { type Sidecar, sidecarValues } from "./thanos-values";

/** Name of the release, of its Prometheus and of its Alertmanager. */
export const RELEASE = "kube-prometheus-stack";

/**
 * Addresses of the members of Alertmanager, by the Service without an address that the operator makes
 * (prometheus-operator v0.93.1: pkg/alertmanager).
 */
export function alertmanagerMembers(namespace: string, members: number): string[] {
    return Array.from(
        { length: members },
        (_, index) =>
            `http://alertmanager-${RELEASE}-${index}.alertmanager-operated.${namespace}.svc:9093`,
    );
}
/**
 * Addresses of the Prometheus servers, each of which keeps its own copy, by the Service without an
 * address that the operator makes (prometheus-operator v0.93.1: pkg/prometheus).
 */
export function prometheusMembers(namespace: string, replicas: number): string[] {
    return Array.from(
        { length: replicas },
        (_, index) =>
            `http://prometheus-${RELEASE}-prometheus-${index}.prometheus-operated.${namespace}.svc:9090`,
    );
}
/** Hours for which who is cut off may keep samples, and after which they are taken all the same. */
export const LATE_SAMPLES = 24;
/** Namespace of the exporter that looks at the nodes themselves. */
export const nodeExporterNamespace = "node-exporter";

/** Service with a name for each sidecar of Thanos. */
export const sidecarService = `${RELEASE}-thanos-discovery`;

/** Pods by what only they carry. */
export const stackPods = {
    prometheus: monitoringLabels("prometheus", RELEASE),
    alertmanager: monitoringLabels("alertmanager", RELEASE),
    operator: { app: `${RELEASE}-operator`, release: RELEASE },
    webhook: { app: `${RELEASE}-operator-webhook`, release: RELEASE },
    stateMetrics: stateMetricsPods,
    nodeExporter: {
        "app.kubernetes.io/name": "prometheus-node-exporter",
        "app.kubernetes.io/instance": RELEASE,
    },
} as const;

/** How much Prometheus holds and for how long. */
export interface PrometheusSize {
    /** Memory that it asks for, in MiB. */
    readonly memory: number;
    /** Volume of each server, in GiB. */
    readonly volume: number;
    /** From so many GiB on it drops the oldest, before the volume is full. */
    readonly kept: number;
}

/** Seconds between two scrapes. */
const INTERVAL = 30;

/**
 * The size that follows from the series and the days. Prometheus' own figures: one to two bytes a
 * sample on disk (docs/storage.md); in memory some 8 KiB for a series of the last two to three hours,
 * with queries and rules, beside half a gibibyte for the program.
 *
 * @param series active series, in thousands
 * @param days how long samples are kept
 */
export function prometheusSize(series: number, days: number): PrometheusSize {
    const samples = series * 1000 * (86_400 / INTERVAL) * days;
    const kept = Math.max(Math.ceil((samples * 1.5) / 2 ** 30), 4);
    // The write-ahead log, and blocks while two become one.
    return { memory: 512 + series * 8, kept, volume: Math.ceil(kept / 0.85) + 2 };
}

/** What the values follow from. */
export interface StackValues {
    readonly replicas: number;
    /** Custom resources of which series are made too. */
    readonly states: readonly CustomState[];
    /** Members of Alertmanager. */
    readonly members: number;
    readonly storageClass: string;
    readonly size: PrometheusSize;
    readonly retentionDays: number;
    readonly cluster: string;
    /** Addresses of the control planes; none where the cluster's own are not known. */
    readonly controlPlanes: readonly string[];
    /** The certificates of kubelets are signed by the cluster's authority. */
    readonly verifiedKubelets: boolean;
    /** Where a sidecar uploads metrics; undefined when nobody does. */
    readonly archive: Sidecar | undefined;
    /** Hours after which samples that others send may still arrive; undefined when nobody sends any. */
    readonly lateSamples: number | undefined;
    /** Where people open either page, which links in messages lead to; absent without a route. */
    readonly prometheusUrl?: string;
    readonly alertmanagerUrl?: string;
}

function claim(storageClass: string, gibibytes: number): ChartValues {
    return {
        volumeClaimTemplate: {
            spec: {
                storageClassName: storageClass,
                accessModes: ["ReadWriteOnce"],
                resources: { requests: { storage: `${gibibytes}Gi` } },
            },
        },
    };
}

/** etcd, scheduler and controller manager, which no pod of the API says where they listen. */
function controlPlane(addresses: readonly string[]): ChartValues {
    const enabled = addresses.length > 0;
    const endpoints = [...addresses];
    // Talos starts them with certificates that they sign themselves, at each start anew.
    const unverified = { serviceMonitor: { https: true, insecureSkipVerify: true } };
    return {
        kubeEtcd: {
            enabled,
            endpoints,
            service: { port: controlPlanePorts.etcd, targetPort: controlPlanePorts.etcd },
        },
        kubeScheduler: { enabled, endpoints, ...unverified },
        kubeControllerManager: { enabled, endpoints, ...unverified },
        // Cilium is in its place.
        kubeProxy: { enabled: false },
        // Scraped by the monitor of the network's own layer.
        coreDns: { enabled: false },
    };
}

const operator: ChartValues = {
    ...resourcesOf("50m", "160Mi", "512Mi"),
    priorityClassName: priorities.platform.name,
    tolerations: leavesDeadNode,
    // Slices, since Kubernetes 1.33 warns of Endpoints.
    kubeletEndpointsEnabled: false,
    kubeletEndpointSliceEnabled: true,
    // The PodMonitor of the definition instead.
    serviceMonitor: { selfMonitor: false },
    prometheusConfigReloader: {
        enableProbe: true,
        // The operator's own defaults, which the chart takes away.
        resources: {
            requests: { cpu: "10m", memory: "50Mi" },
            limits: { cpu: "10m", memory: "50Mi" },
        },
    },
};

function resourcesOf(cpu: string, memory: string, limit: string): ChartValues {
    return { resources: resources(cpu, memory, limit) };
}

function webhooks(replicas: number): ChartValues {
    return {
        patch: { enabled: false },
        certManager: { enabled: true },
        // A rule is judged again by the operator, and rules of kube-system must not wait for these.
        failurePolicy: "Ignore",
        deployment: {
            enabled: true,
            replicas,
            automountServiceAccountToken: false,
            priorityClassName: priorities.platform.name,
            ...resourcesOf("10m", "32Mi", "128Mi"),
            podDisruptionBudget: budgetValues(replicas),
        },
    };
}

/** Everything of every namespace: what a system brings is what it wants collected. */
const everywhere: ChartValues = {
    ...Object.fromEntries(
        ["rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig"].flatMap((kind) => [
            [`${kind}SelectorNilUsesHelmValues`, false],
            [`${kind}Selector`, {}],
            [`${kind}NamespaceSelector`, {}],
        ]),
    ),
};

function prometheus(args: StackValues): ChartValues {
    const { replicas, size, retentionDays, storageClass, cluster, archive, prometheusUrl } = args;
    const { lateSamples } = args;
    return {
        podDisruptionBudget: budgetValues(replicas),
        serviceMonitor: { selfMonitor: false },
        thanosService: { enabled: archive !== undefined },
        prometheusSpec: {
            ...everywhere,
            replicas,
            podAntiAffinity: "",
            topologySpreadConstraints: spread(stackPods.prometheus),
            priorityClassName: priorities.platform.name,
            retention: `${retentionDays}d`,
            retentionSize: `${size.kept}GB`,
            scrapeInterval: `${INTERVAL}s`,
            evaluationInterval: `${INTERVAL}s`,
            externalLabels: { cluster },
            ...(prometheusUrl === undefined ? {} : { externalUrl: prometheusUrl }),
            serviceDiscoveryRole: "EndpointSlice",
            storageSpec: claim(storageClass, size.volume),
            ...(lateSamples === undefined
                ? {}
                : {
                      enableRemoteWriteReceiver: true,
                      tsdb: { outOfOrderTimeWindow: `${lateSamples}h` },
                  }),
            ...(archive === undefined ? {} : sidecarValues(archive)),
            ...resourcesOf("400m", `${size.memory}Mi`, `${Math.ceil(size.memory * 1.5)}Mi`),
        },
    };
}

function alertmanager({ members, storageClass, alertmanagerUrl }: StackValues): ChartValues {
    return {
        podDisruptionBudget: budgetValues(members),
        serviceMonitor: { selfMonitor: false },
        serviceAccount: { automountServiceAccountToken: false },
        alertmanagerSpec: {
            replicas: members,
            ...(alertmanagerUrl === undefined ? {} : { externalUrl: alertmanagerUrl }),
            automountServiceAccountToken: false,
            podAntiAffinity: "",
            topologySpreadConstraints: spread(stackPods.alertmanager),
            priorityClassName: priorities.platform.name,
            // Silences and what has been sent; without a cluster nothing of it is lost either.
            storage: claim(storageClass, 1),
            ...resourcesOf("25m", "96Mi", "256Mi"),
            // Whoever routes alerts brings it; without it the operator routes them to nobody.
            useExistingSecret: true,
        },
    };
}

/** Metrics of objects, each by one pod: two that see everything would double every sum. */
function stateMetrics({ replicas, states }: StackValues): ChartValues {
    return {
        ...customStates(states),
        autosharding: { enabled: true },
        replicas,
        // Whoever lists Secrets reads them.
        collectorsExclude: ["secrets", "configmaps"],
        priorityClassName: priorities.platform.name,
        topologySpreadConstraints: spread(stackPods.stateMetrics),
        ...(replicas > 1 ? { podDisruptionBudget: { minAvailable: 1 } } : {}),
        ...resourcesOf("20m", "96Mi", "256Mi"),
        selfMonitor: { enabled: true },
    };
}

const nodeExporter: ChartValues = {
    namespaceOverride: nodeExporterNamespace,
    priorityClassName: "system-node-critical",
    prometheus: {
        monitor: {
            // By it the alert of a lost node explains those of its exporter.
            relabelings: [
                { sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "node" },
            ],
        },
    },
    // It shares the network of the node, whose interfaces it counts, and reads its files; it needs
    // neither its processes nor any right.
    hostPID: false,
    containerSecurityContext: restrictedContainer,
    service: { port: nodeExporterPort, targetPort: nodeExporterPort },
    ...resourcesOf("20m", "32Mi", "128Mi"),
    tolerations: [{ operator: "Exists" }],
};

/** The values of the chart. */
export function stackValues(args: StackValues): ChartValues {
    const { replicas, controlPlanes, verifiedKubelets } = args;
    return {
        fullnameOverride: RELEASE,
        cleanPrometheusOperatorObjectNames: true,
        crds: { enabled: false },
        grafana: { enabled: false },
        alertmanager: alertmanager(args),
        ...controlPlane(controlPlanes),
        kubelet: {
            serviceMonitor: {
                insecureSkipVerify: !verifiedKubelets,
                probes: false,
                cAdvisorInterval: `${INTERVAL}s`,
            },
        },
        "kube-state-metrics": stateMetrics(args),
        "prometheus-node-exporter": nodeExporter,
        prometheusOperator: { ...operator, admissionWebhooks: webhooks(replicas) },
        prometheus: prometheus(args),
    };
}
