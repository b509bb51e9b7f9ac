/** Values of the chart kubecost 3.2.1. Pure. */
import { leavesDeadNode, spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { resources } from "../base/containers";
import { priorities } from "../base/priority";
import { kubecostPods } from "./kubecost-names";
import type { CustomPrices } from "./kubecost-prices";

/** What the values depend on. */
export interface KubecostSite {
    readonly cluster: string;
    readonly storageClass: string;
    /** Pods of the page. */
    readonly replicas: number;
    /** Currency in which the page shows amounts. */
    readonly currency: string;
    readonly prices: CustomPrices;
}

/** Nothing of the page is anybody else's: the chart lets it ask four services of its makers. */
const HEADERS = [
    "Content-Security-Policy \"default-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; form-action 'self';\";",
    'Cache-Control "must-revalidate";',
    'X-Content-Type-Options "nosniff";',
];

/** Values of the chart: what counts one cluster, and nothing that changes workloads or calls home. */
export function kubecostValues(site: KubecostSite): ChartValues {
    const { cluster, storageClass, replicas, currency, prices } = site;
    return {
        global: {
            clusterId: cluster,
            defaultStorageClass: storageClass,
            // The key of Kubecost's own account at Google, with which prices of that cloud are asked for.
            cspPricingApiKey: { useDefaultApiKey: false },
        },
        telemetry: { enabled: false },
        // Sends logs of its pods to whoever asks for a report of a fault.
        reporting: { logCollection: false },
        // On every node, privileged and on its network.
        networkCosts: { enabled: false },
        // Changes requests of workloads and switches namespaces off.
        clusterController: { enabled: false },
        // Reads bills of clouds.
        cloudCost: { enabled: false },
        forecasting: { enabled: false },
        kubecostProductConfigs: { currencyCode: currency },
        finopsagent: {
            agent: {
                // A folder for keys of another service of IBM's.
                cloudability: { secret: { create: false } },
                kubecost: { customPrices: { enabled: true, ...prices } },
            },
            extraEnvVars: [
                // Without it the agent first asks the metadata server of Google's cloud who it is.
                { name: "USE_CUSTOM_PROVIDER", value: "true" },
                // What kube-state-metrics brings is not brought a second time: alerts count it.
                { name: "EMIT_KSM_V1_METRICS", value: "false" },
                { name: "EMIT_KSM_V1_METRICS_ONLY", value: "true" },
            ],
            // Through the API server's proxy whoever may read may also run programs in pods.
            rbac: { clusterRole: { allowKubeProxy: false } },
            priorityClassName: priorities.platform.name,
            // The chart's own looks for a label that its pods do not have; there is one of them.
            affinity: { nodeAffinity: {} },
            tolerations: leavesDeadNode,
            livenessProbe: { failureThreshold: 6 },
            // Its own limit of two cores would throttle it.
            resources: {
                requests: { cpu: "100m", memory: "512Mi" },
                limits: { cpu: null, memory: "2Gi" },
            },
        },
        localStore: {
            tolerations: leavesDeadNode,
            resources: resources("20m", "128Mi", "512Mi"),
            persistentVolume: { size: "10Gi", storageClass },
        },
        aggregator: {
            tolerations: leavesDeadNode,
            resources: resources("100m", "3Gi", "4Gi"),
            aggregatorDbStorage: { storageClass, storageRequest: "20Gi" },
            persistentConfigsStorage: { storageClass },
        },
        frontend: {
            replicas,
            ipv6: { enabled: false },
            nginxHeaders: { server: HEADERS },
            topologySpreadConstraints: spread(kubecostPods.page),
            livenessProbe: { periodSeconds: 30 },
            resources: resources("10m", "64Mi", "128Mi"),
        },
    };
}
