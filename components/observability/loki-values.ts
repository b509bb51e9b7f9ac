/** What Loki is told: the values of its chart. Pure. */
import { spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { resources } from "../base/containers";
import { priorities } from "../base/priority";
import type { Bucket } from "../storage/bucket";

/** How long logs are kept, as Loki writes it: 30 days. */
export const LOG_RETENTION = "720h";

/** Labels of the pods, as the chart sets them in its monolithic mode. */
export const lokiLabels = {
    "app.kubernetes.io/name": "loki",
    "app.kubernetes.io/instance": "loki",
    "app.kubernetes.io/component": "single-binary",
} as const;

export const lokiPorts = { http: 3100, grpc: 9095, gossip: 7946 } as const;

/**
 * GiB of each volume: the write-ahead log of what is not yet in the bucket, and the index of today.
 * Chunks are flushed after at most two hours.
 */
const VOLUME = "5Gi";

/** What the values depend on. */
export interface LokiSite {
    readonly replicas: number;
    readonly storageClass: string;
    readonly bucket: Pick<Bucket, "bucket" | "endpoint" | "region" | "environment">;
}

/**
 * Limits. Whoever is over one gets 429 and tries again later, except for lines and labels that are
 * too long: a line is cut, not refused.
 */
const limits = {
    retention_period: LOG_RETENTION,
    // Nothing older can be asked for: the compactor is about to delete it.
    max_query_lookback: LOG_RETENTION,
    // What a collector kept in its buffer while Loki was away is welcome for a week.
    reject_old_samples: true,
    reject_old_samples_max_age: "168h",
    ingestion_rate_mb: 16,
    ingestion_burst_size_mb: 32,
    per_stream_rate_limit: "5MB",
    per_stream_rate_limit_burst: "20MB",
    max_global_streams_per_user: 10_000,
    max_label_names_per_series: 12,
    max_line_size: "512KB",
    max_line_size_truncate: true,
    // Collectors name their streams; a guess would be one more label.
    discover_service_name: [],
    allow_structured_metadata: true,
    volume_enabled: true,
    query_timeout: "300s",
    split_queries_by_interval: "15m",
    max_cache_freshness_per_query: "10m",
} satisfies ChartValues;

/**
 * Values of the chart: one program in three replicas, each of which holds every line until it is in
 * the bucket. The keys of the bucket come from the environment, where its S3 library looks.
 */
export function lokiValues({ replicas, storageClass, bucket }: LokiSite): ChartValues {
    const { bucket: name, endpoint, region, environment } = bucket;
    return {
        deploymentMode: "Monolithic",
        loki: {
            // One tenant: whoever the network lets through may write and read everything.
            auth_enabled: false,
            commonConfig: { replication_factor: replicas },
            // Pods of a new cluster find each other before one of them is ready; see below.
            extraMemberlistConfig: { abort_if_cluster_join_fails: false },
            storage: {
                type: "s3",
                bucketNames: { chunks: name, ruler: name, admin: name },
                s3: { endpoint, region, s3ForcePathStyle: true, insecure: true },
            },
            schemaConfig: {
                configs: [
                    {
                        // Before the first log: a period starts with its day and never changes.
                        from: "2026-01-01",
                        store: "tsdb",
                        object_store: "s3",
                        schema: "v13",
                        index: { prefix: "loki_index_", period: "24h" },
                    },
                ],
            },
            limits_config: limits,
            ingester: {
                chunk_encoding: "snappy",
                max_chunk_age: "2h",
                wal: {
                    enabled: true,
                    dir: "/var/loki/wal",
                    flush_on_shutdown: true,
                    // Below the limit of the memory; the default of 4 GB is not.
                    replay_memory_ceiling: "768MB",
                },
            },
            compactor: {
                working_directory: "/var/loki/compactor",
                retention_enabled: true,
                retention_delete_delay: "2h",
                delete_request_store: "s3",
            },
            analytics: { reporting_enabled: false },
        },
        // Rules need an Alertmanager to send to; alerts of the platform are on metrics.
        ruler: { enabled: false },
        sidecar: { rules: { enabled: false } },
        memberlist: { service: { publishNotReadyAddresses: true } },
        defaults: { automountServiceAccountToken: false },
        serviceAccount: { automountServiceAccountToken: false },
        rbac: { namespaced: true },
        singleBinary: {
            replicas,
            priorityClassName: priorities.platform.name,
            // Ours says how many must stay.
            podDisruptionBudget: { enabled: false },
            // A pod that replays its log takes no lines yet.
            service: { publishNotReadyAddresses: false },
            extraEnv: environment.map((variable) => ({ ...variable })),
            persistence: { enabled: true, size: VOLUME, storageClass },
            // Flushes what it holds into the bucket when it goes.
            terminationGracePeriodSeconds: 300,
            topologySpreadConstraints: spread(lokiLabels),
            resources: resources("150m", "512Mi", "2Gi"),
        },
        write: { replicas: 0 },
        read: { replicas: 0 },
        backend: { replicas: 0 },
        gateway: { enabled: false },
        chunksCache: { enabled: false },
        resultsCache: { enabled: false },
        memcached: { enabled: false },
        lokiCanary: { enabled: false },
        test: { enabled: false },
    };
}
