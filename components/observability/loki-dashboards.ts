/** Logs. Pure. */
import {
    answering,
    type Dashboard,
    highest,
    lines,
    number,
    rates,
    slowest,
    sums,
} from "../base/dashboard";

const JOB = 'job="loki"';
const writes = `${JOB}, route=~"loki_api_v1_push|otlp_v1_logs"`;
const questions = `${JOB}, route=~"loki_api_v1_(query|query_range|labels|label_name_values|series)"`;

/** How lines get in, how they are found again, and how they are kept and deleted. */
export const lokiDashboards: readonly Dashboard[] = [
    {
        name: "logs",
        title: "Logs",
        purpose: "How many lines come in, what is refused and whether they reach the bucket.",
        rows: [
            {
                title: "Coming in",
                panels: [
                    rates("Lines", `loki_distributor_lines_received_total{${JOB}}`, "pod"),
                    rates("Bytes", `loki_distributor_bytes_received_total{${JOB}}`, "pod", {
                        unit: "Bps",
                    }),
                    rates("Refused by reason", `loki_discarded_samples_total{${JOB}}`, "reason"),
                    slowest(
                        "Slowest of a hundred writes",
                        `loki_request_duration_seconds_bucket{${writes}}`,
                        "route",
                    ),
                ],
            },
            {
                title: "In memory",
                panels: [
                    sums("Streams", `loki_ingester_memory_streams{${JOB}}`, "pod"),
                    sums("Chunks", `loki_ingester_memory_chunks{${JOB}}`, "pod"),
                    rates(
                        "Written to the bucket",
                        `loki_ingester_chunks_flushed_total{${JOB}}`,
                        "reason",
                    ),
                    rates(
                        "Could not be written",
                        `loki_ingester_chunks_flush_failures_total{${JOB}}`,
                        "pod",
                    ),
                ],
            },
            {
                title: "State",
                panels: [
                    number(
                        "Share of requests that fail",
                        `(sum(rate(loki_request_duration_seconds_count{${JOB}, status_code=~"5.."}[5m])) or vector(0)) / (sum(rate(loki_request_duration_seconds_count{${JOB}}[5m])) > 0)`,
                        {
                            unit: "percentunit",
                            thresholds: { warning: 0.01, bad: 0.1 },
                            overview: true,
                        },
                    ),
                    answering("loki"),
                ],
            },
        ],
    },
    {
        name: "log-queries",
        title: "Questions to the logs",
        purpose: "How long people wait for lines, and how much is read for them.",
        rows: [
            {
                title: "Questions",
                panels: [
                    rates(
                        "By route",
                        `loki_request_duration_seconds_count{${questions}}`,
                        "route, status_code",
                        {
                            unit: "reqps",
                        },
                    ),
                    slowest(
                        "Slowest of a hundred",
                        `loki_request_duration_seconds_bucket{${questions}}`,
                        "route",
                    ),
                    slowest(
                        "Slowest by kind",
                        `loki_logql_querystats_latency_seconds_bucket{${JOB}}`,
                        "type, range",
                    ),
                ],
            },
            {
                title: "Reading",
                panels: [
                    slowest(
                        "Chunks from the bucket",
                        `loki_logql_querystats_chunk_download_latency_seconds_bucket{${JOB}}`,
                        "type",
                    ),
                    rates("Chunks", `loki_logql_querystats_downloaded_chunk_total{${JOB}}`, "type"),
                    sums("People who follow", `loki_querier_tail_active{${JOB}}`, "pod"),
                ],
            },
        ],
    },
    {
        name: "log-retention",
        title: "Retention of logs",
        purpose: "Whether old lines are deleted and the index is kept small.",
        from: "7d",
        rows: [
            {
                title: "Deleting",
                panels: [
                    lines(
                        "Since it was last done",
                        `time() - max(loki_compactor_apply_retention_last_successful_run_timestamp_seconds{${JOB}} > 0)`,
                        "retention",
                        { unit: "s" },
                    ),
                    rates(
                        "Runs by status",
                        `loki_compactor_apply_retention_operation_total{${JOB}}`,
                        "status",
                    ),
                    sums(
                        "Waits to be deleted",
                        `loki_boltdb_shipper_retention_sweeper_marker_files_current{${JOB}}`,
                        "",
                    ),
                ],
            },
            {
                title: "Index",
                panels: [
                    rates(
                        "Compactions by status",
                        `loki_boltdb_shipper_compact_tables_operation_total{${JOB}}`,
                        "status",
                    ),
                    lines(
                        "Since the last one",
                        `time() - max(loki_boltdb_shipper_compact_tables_operation_last_successful_run_timestamp_seconds{${JOB}} > 0)`,
                        "compaction",
                        { unit: "s" },
                    ),
                    highest("Who compacts", `loki_boltdb_shipper_compactor_running{${JOB}}`, "pod"),
                ],
            },
        ],
    },
];
