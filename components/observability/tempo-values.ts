/** What Tempo is told: the values of its chart. Pure. */
import { leavesDeadNode } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import { priorities } from "../base/priority";
import type { Bucket } from "../storage/bucket";

/** How long traces are kept, as Tempo writes it: 7 days. */
export const TRACE_RETENTION = "168h";

/** Labels of the pods, as the chart sets them. */
export const tempoPods = {
    "app.kubernetes.io/name": "tempo",
    "app.kubernetes.io/instance": "tempo",
} as const;

export const tempoPorts = { http: 3200, otlp: 4317 } as const;

/** GiB of the volume: the write-ahead log, and blocks of the last half hour. */
const VOLUME = "5Gi";

/** What the values depend on. */
export interface TempoSite {
    readonly storageClass: string;
    readonly bucket: Pick<Bucket, "bucket" | "host" | "region" | "environment">;
}

/** Values of the chart: one program, which keeps whole blocks in a bucket. */
export function tempoValues({ storageClass, bucket }: TempoSite): ChartValues {
    const { bucket: name, host, region, environment } = bucket;
    return {
        replicas: 1,
        priorityClassName: priorities.platform.name,
        tolerations: leavesDeadNode,
        serviceAccount: { automountServiceAccountToken: false },
        securityContext: { ...restrictedPod(10_001), fsGroupChangePolicy: "OnRootMismatch" },
        tempo: {
            reportingEnabled: false,
            memBallastSizeMbs: 0,
            retention: TRACE_RETENTION,
            // The samplers alone send, over gRPC; what they count of spans they tell Prometheus.
            receivers: { otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317" } } } },
            metricsGenerator: { enabled: false },
            ingester: { max_block_duration: "15m", complete_block_timeout: "20m" },
            overrides: {
                defaults: {
                    ingestion: {
                        rate_limit_bytes: 15_000_000,
                        burst_size_bytes: 20_000_000,
                        max_traces_per_user: 20_000,
                    },
                    global: { max_bytes_per_trace: 5_000_000 },
                },
            },
            storage: {
                trace: {
                    backend: "s3",
                    // Without keys its library looks into the environment.
                    s3: {
                        bucket: name,
                        endpoint: host,
                        region,
                        insecure: true,
                        forcepathstyle: true,
                    },
                    wal: { path: "/var/tempo/wal" },
                },
            },
            extraEnv: [
                ...environment.map((variable) => ({ ...variable })),
                { name: "GOMEMLIMIT", value: "1600MiB" },
            ],
            securityContext: restrictedContainer,
            livenessProbe: { failureThreshold: 6 },
            resources: resources("100m", "512Mi", "2Gi"),
        },
        persistence: { enabled: true, size: VOLUME, storageClassName: storageClass },
    };
}
