/** Metrics and alerts of Elasticsearch and its operator. Pure. */
import type { Alert } from "../base/alert";
import { controllerMetrics } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { EXPORTER, EXPORTER_PORT, exporterPods } from "./elasticsearch-exporter";

/** Labels of the operator as the chart eck-operator 3.5.0 sets them. */
export const operatorPods = {
    "app.kubernetes.io/name": "elastic-operator",
    "app.kubernetes.io/instance": "elastic-operator",
} as const;

export const OPERATOR_PORT = 8080;

export const elasticsearchScrapes: readonly Scrape[] = [
    {
        name: "elastic-operator",
        pods: operatorPods,
        port: "metrics",
        number: OPERATOR_PORT,
        metrics: [
            {
                source: "cloud-on-k8s v3.5.0: controller-runtime, pkg/internal/controller/metrics",
                names: controllerMetrics,
            },
        ],
    },
    {
        name: EXPORTER,
        pods: exporterPods,
        port: "metrics",
        number: EXPORTER_PORT,
        // Each scrape asks every node.
        interval: 60,
        metrics: [
            {
                source: "elasticsearch_exporter v1.11.0: collector/cluster_health.go",
                names: [
                    "elasticsearch_cluster_health_number_of_nodes",
                    "elasticsearch_cluster_health_number_of_pending_tasks",
                    "elasticsearch_cluster_health_status",
                    "elasticsearch_cluster_health_unassigned_shards",
                ],
            },
            {
                source: "elasticsearch_exporter v1.11.0: collector/nodes.go",
                names: [
                    "elasticsearch_breakers_tripped",
                    "elasticsearch_filesystem_data_available_bytes",
                    "elasticsearch_filesystem_data_size_bytes",
                    "elasticsearch_indices_docs",
                    "elasticsearch_indices_search_query_time_seconds",
                    "elasticsearch_indices_search_query_total",
                    "elasticsearch_jvm_gc_collection_seconds_sum",
                    "elasticsearch_jvm_memory_max_bytes",
                    "elasticsearch_jvm_memory_used_bytes",
                    "elasticsearch_thread_pool_rejected_count",
                ],
            },
            {
                source: "elasticsearch_exporter v1.11.0: collector/{data_stream,ilm,slm,snapshots}.go",
                names: [
                    "elasticsearch_data_stream_store_size_bytes",
                    "elasticsearch_ilm_index_status",
                    "elasticsearch_slm_stats_snapshots_failed_total",
                    "elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds",
                    "elasticsearch_snapshot_stats_number_of_snapshots",
                ],
            },
        ],
    },
];

const JOB = `job="${EXPORTER}"`;

/** Where upstream has one, the threshold is that of its mixin (elasticsearch_exporter: mixin). */
export const elasticsearchAlerts: readonly Alert[] = [
    {
        name: "ElasticsearchRed",
        expression: `max(elasticsearch_cluster_health_status{${JOB}, color="red"}) == 1`,
        for: "5m",
        severity: "critical",
        summary: "Elasticsearch has lost sight of some of its documents",
        description:
            "A shard has no copy that answers. What is in it cannot be found, and what would be " +
            "written there waits with whoever brings it.",
        explains: [{ alerts: ["ElasticsearchYellow", "ElasticsearchNodeMissing"] }],
    },
    {
        name: "ElasticsearchUnseen",
        expression: `absent(elasticsearch_cluster_health_status{${JOB}})`,
        for: "15m",
        severity: "warning",
        summary: "Nobody knows how Elasticsearch is",
        description:
            "The exporter does not answer or gets no answer. When Elasticsearch itself is gone, " +
            "evidence waits in the buffers of the collectors until they are full.",
    },
    {
        name: "ElasticsearchYellow",
        expression: `max(elasticsearch_cluster_health_status{${JOB}, color="yellow"}) == 1`,
        for: "30m",
        severity: "warning",
        summary: "Some shards of Elasticsearch have one copy alone",
        description: "Everything can be found. Whoever has the only copy must not go now.",
    },
    {
        name: "ElasticsearchNodeMissing",
        expression:
            `max(elasticsearch_cluster_health_number_of_nodes{${JOB}}) ` +
            `< max(max_over_time(elasticsearch_cluster_health_number_of_nodes{${JOB}}[1d]))`,
        for: "15m",
        severity: "warning",
        summary: "A node of Elasticsearch is missing",
        description: "With one more lost the others have no majority and take nothing in.",
    },
    {
        name: "ElasticsearchDiskFilling",
        expression:
            `min by (name) (elasticsearch_filesystem_data_available_bytes{${JOB}} ` +
            `/ elasticsearch_filesystem_data_size_bytes{${JOB}}) < 0.2`,
        for: "15m",
        severity: "warning",
        summary: "The disk of {{ $labels.name }} is full to more than four fifths",
        description:
            "From 85 % on Elasticsearch puts no new shard there, from 95 % on it takes nothing in.",
    },
    {
        name: "ElasticsearchHeapFull",
        expression:
            `max by (name) (elasticsearch_jvm_memory_used_bytes{${JOB}, area="heap"} ` +
            `/ elasticsearch_jvm_memory_max_bytes{${JOB}, area="heap"}) > 0.9`,
        for: "15m",
        severity: "warning",
        summary: "The heap of {{ $labels.name }} is nearly full",
        description: "Requests are refused by its circuit breakers, and in the end the node goes.",
    },
    {
        name: "ElasticsearchWritesRefused",
        expression: `sum(increase(elasticsearch_thread_pool_rejected_count{${JOB}, type="write"}[15m])) > 0`,
        for: "15m",
        severity: "warning",
        summary: "Elasticsearch refuses documents: too many at once",
        description: "Collectors send them again; their buffers fill when it goes on.",
    },
    {
        name: "ElasticsearchLifecycleFailing",
        expression: `count(elasticsearch_ilm_index_status{${JOB}, step="ERROR"}) > 0`,
        for: "1h",
        severity: "warning",
        summary: "The lifecycle of an index of Elasticsearch has stopped",
        description:
            "Its stream begins no new index or deletes no old one: evidence is kept longer than " +
            "promised, and the disks fill.",
    },
    {
        name: "ElasticsearchSnapshotTooOld",
        expression:
            `time() - max(elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds{${JOB}}) > 36 * 3600 ` +
            `or absent(elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds{${JOB}}) ` +
            `and on() max(elasticsearch_cluster_health_number_of_nodes{${JOB}}) > 0`,
        for: "3h",
        severity: "warning",
        summary: "The last snapshot of the evidence is older than a day and a half",
        description: "What somebody deletes in Elasticsearch now comes back from nowhere.",
    },
    {
        name: "ElasticOperatorDown",
        expression: 'absent(up{job="elastic-operator"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "The operator of Elasticsearch does not answer",
        description:
            "Elasticsearch and Kibana go on. Changes are not made, and certificates between the " +
            "nodes are not renewed.",
    },
];
