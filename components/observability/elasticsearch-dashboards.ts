/** The store of evidence. Pure. */
import { controllerRow, type Dashboard, highest, lines, number, sums } from "../base/dashboard";
import { EXPORTER } from "./elasticsearch-exporter";

const JOB = `job="${EXPORTER}"`;
/** Every exporter tells of the whole cluster. */
const once = (series: string, by: string) => `max by (${by}) (${series})`;

/** Whether Elasticsearch is well, and what is in it. */
export const elasticsearchDashboards: readonly Dashboard[] = [
    {
        name: "evidence-store",
        title: "Store of evidence",
        purpose: "Whether Elasticsearch takes evidence in, has room for it and keeps copies.",
        rows: [
            {
                title: "Cluster",
                panels: [
                    number(
                        "Nodes",
                        `max(elasticsearch_cluster_health_number_of_nodes{${JOB}}) or vector(0)`,
                        { thresholds: { warning: 3, bad: 2 }, overview: true },
                    ),
                    lines(
                        "State",
                        once(`elasticsearch_cluster_health_status{${JOB}}`, "color"),
                        "{{ color }}",
                    ),
                    highest(
                        "Shards without a place",
                        `elasticsearch_cluster_health_unassigned_shards{${JOB}}`,
                        "",
                    ),
                    highest(
                        "Changes that wait",
                        `elasticsearch_cluster_health_number_of_pending_tasks{${JOB}}`,
                        "",
                    ),
                ],
            },
            {
                title: "What is kept",
                panels: [
                    highest(
                        "Size by stream",
                        `elasticsearch_data_stream_store_size_bytes{${JOB}}`,
                        "data_stream",
                        { unit: "bytes" },
                    ),
                    highest(
                        "Snapshots",
                        `elasticsearch_snapshot_stats_number_of_snapshots{${JOB}}`,
                        "",
                    ),
                    lines(
                        "Age of the last snapshot",
                        `time() - max(elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds{${JOB}})`,
                        "age",
                        { unit: "s" },
                    ),
                    highest(
                        "Failed snapshots",
                        `elasticsearch_slm_stats_snapshots_failed_total{${JOB}}`,
                        "policy",
                    ),
                    lines(
                        "Lifecycles that have stopped",
                        `count(elasticsearch_ilm_index_status{${JOB}, step="ERROR"}) or vector(0)`,
                        "indices",
                    ),
                ],
            },
        ],
    },
    {
        name: "evidence-store-nodes",
        title: "Nodes of the store of evidence",
        purpose: "What the nodes of Elasticsearch are short of.",
        rows: [
            {
                title: "Nodes",
                panels: [
                    lines(
                        "Disk in use",
                        `1 - ${once(`elasticsearch_filesystem_data_available_bytes{${JOB}} / elasticsearch_filesystem_data_size_bytes{${JOB}}`, "name")}`,
                        "{{ name }}",
                        { unit: "percentunit" },
                    ),
                    lines(
                        "Heap in use",
                        once(
                            `elasticsearch_jvm_memory_used_bytes{${JOB}, area="heap"} / elasticsearch_jvm_memory_max_bytes{${JOB}, area="heap"}`,
                            "name",
                        ),
                        "{{ name }}",
                        { unit: "percentunit" },
                    ),
                    lines(
                        "Share of time spent on collecting garbage",
                        once(
                            `rate(elasticsearch_jvm_gc_collection_seconds_sum{${JOB}}[5m])`,
                            "name, gc",
                        ),
                        "{{ name }} {{ gc }}",
                        { unit: "percentunit" },
                    ),
                    highest("Documents", `elasticsearch_indices_docs{${JOB}}`, "name"),
                ],
            },
            {
                title: "Requests",
                panels: [
                    lines(
                        "Refused",
                        once(
                            `rate(elasticsearch_thread_pool_rejected_count{${JOB}, type=~"write|search"}[5m])`,
                            "name, type",
                        ),
                        "{{ name }} {{ type }}",
                        { unit: "ops" },
                    ),
                    lines(
                        "Circuit breakers",
                        once(
                            `increase(elasticsearch_breakers_tripped{${JOB}}[15m])`,
                            "name, breaker",
                        ),
                        "{{ name }} {{ breaker }}",
                    ),
                    lines(
                        "Time of a search",
                        `${once(`rate(elasticsearch_indices_search_query_time_seconds{${JOB}}[5m])`, "name")} / (${once(`rate(elasticsearch_indices_search_query_total{${JOB}}[5m])`, "name")} > 0)`,
                        "{{ name }}",
                        { unit: "s" },
                    ),
                    sums("Exporters that answer", `up{${JOB}}`, "job"),
                ],
            },
            controllerRow("elastic-operator"),
        ],
    },
];
