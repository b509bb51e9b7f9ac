/** What Thanos is told: the values of its chart, and of the sidecars of Prometheus. Pure. */
import * as yaml from "js-yaml";
import { leavesDeadNode, spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { resources, type SecretVariable } from "../base/containers";
import type { ImagePin } from "../base/pins";
import { priorities } from "../base/priority";
import { monitoringPorts } from "../../operators/prometheus-operator";
import type { Bucket } from "../storage/bucket";

/** Ports of the components: what answers questions, and everything else. */
export const thanosPorts = {
    query: monitoringPorts.prometheus,
    http: monitoringPorts.thanosHttp,
    grpc: monitoringPorts.thanosGrpc,
} as const;

/** How long each resolution is kept in the bucket: samples, and their means of 5 minutes and 1 hour. */
export const metricsRetention = { raw: "30d", fiveMinutes: "180d", hour: "400d" } as const;

const labelsOf = (component: string) => ({
    "app.kubernetes.io/name": "thanos",
    "app.kubernetes.io/instance": "thanos",
    "app.kubernetes.io/component": component,
});

/** Pods by the labels that the chart gives them. */
export const thanosPods = {
    query: labelsOf("query"),
    frontend: labelsOf("query-frontend"),
    store: labelsOf("storegateway"),
    compactor: labelsOf("compactor"),
} as const;

/** The label by which servers that hold the same differ (prometheus-operator: replicaExternalLabelName). */
export const REPLICA_LABEL = "prometheus_replica";

/** A key of a Secret. */
export interface SecretKey {
    readonly name: string;
    readonly key: string;
}

/**
 * The bucket as Thanos knows it (thanos-io/objstore: providers/s3). It holds no keys: without them
 * the library looks into the environment.
 */
export function objectStore({ bucket, host, region }: Pick<Bucket, "bucket" | "host" | "region">) {
    return yaml.dump({
        type: "S3",
        config: { bucket, endpoint: host, region, insecure: true, bucket_lookup_type: "path" },
    });
}

/** What the values depend on. */
export interface ThanosSite {
    readonly image: ImagePin;
    readonly replicas: number;
    readonly storageClass: string;
    readonly store: SecretKey;
    readonly environment: readonly SecretVariable[];
    /** Name and port of a Service with the sidecars, as DNS has it for SRV records. */
    readonly sidecars: string;
}

const pod = { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: "RuntimeDefault" } };
/** The user of the image owns the volume. */
const withVolume = { ...pod, fsGroup: 1001, fsGroupChangePolicy: "OnRootMismatch" };
const logging = ["--log.level=info", "--log.format=logfmt"];

/** What all components have in common. */
function component(name: keyof typeof thanosPods): ChartValues {
    return {
        podSecurityContext: pod,
        priorityClassName: priorities.platform.name,
        topologySpreadConstraints: spread(thanosPods[name]),
        pdb: { enabled: false },
    };
}

/** The values of the chart. */
export function thanosValues(site: ThanosSite): ChartValues {
    const { image, replicas, storageClass, store, environment, sidecars } = site;
    const extraEnv = environment.map((variable) => ({ ...variable }));
    return {
        fullnameOverride: "thanos",
        global: {
            image: { tag: image.tag },
            objstore: { createSecret: false, secretName: store.name, secretKey: store.key },
            serviceAccount: { automountServiceAccountToken: false },
            // The platform's own instead, each with its runbook.
            thanosRules: { enabled: false },
        },
        query: {
            ...component("query"),
            replicaCount: replicas,
            replicaLabels: [REPLICA_LABEL],
            endpoints: { autogen: { enabled: true }, static: [`dnssrv+${sidecars}`] },
            // Over months the means of an hour are enough, if there are any.
            extraArgs: [...logging, "--query.auto-downsampling", "--query.max-concurrent=20"],
            resources: resources("50m", "192Mi", "768Mi"),
        },
        queryFrontend: {
            enabled: true,
            ...component("frontend"),
            replicaCount: replicas,
            cacheConfig: yaml.dump({
                type: "IN-MEMORY",
                config: { max_size: "64MB", max_size_items: 2048, validity: "6h" },
            }),
            extraArgs: [...logging, "--query-range.split-interval=24h"],
            resources: resources("25m", "96Mi", "384Mi"),
        },
        storegateway: {
            enabled: true,
            ...component("store"),
            podSecurityContext: withVolume,
            replicaCount: replicas,
            extraEnv,
            // Both below the limit of the memory; the defaults of 250 MB and 2 GB are not.
            extraArgs: [...logging, "--index-cache-size=128MB", "--chunk-pool-size=384MB"],
            persistence: { enabled: true, size: "4Gi", storageClass },
            resources: resources("50m", "256Mi", "1Gi"),
        },
        compactor: {
            ...component("compactor"),
            podSecurityContext: withVolume,
            // Two would compact the same blocks at once and destroy them.
            replicaCount: 1,
            extraEnv,
            extraArgs: [...logging, "--consistency-delay=30m", "--delete-delay=48h"],
            retention: {
                resolutionRaw: metricsRetention.raw,
                resolution5m: metricsRetention.fiveMinutes,
                resolution1h: metricsRetention.hour,
            },
            persistence: { enabled: true, size: "15Gi", storageClass },
            tolerations: leavesDeadNode,
            vpa: { enabled: false },
            resources: resources("50m", "384Mi", "1536Mi"),
        },
        // Metrics come from the sidecars.
        receive: { enabled: false },
        ruler: { enabled: false },
        rustfs: { enabled: false },
    };
}

/** What the sidecar of a Prometheus is told. */
export type Sidecar = Pick<ThanosSite, "image" | "store" | "environment">;

/** Values of the chart kube-prometheus-stack: a sidecar that uploads what Prometheus has written. */
export function sidecarValues({ image, store, environment }: Sidecar): ChartValues {
    return {
        thanos: {
            image: image.reference,
            objectStorageConfig: { existingSecret: { ...store } },
            resources: resources("20m", "64Mi", "256Mi"),
        },
        // Merged into the operator's own container; the sidecar has no field for it.
        containers: [
            { name: "thanos-sidecar", env: environment.map((variable) => ({ ...variable })) },
        ],
    };
}
