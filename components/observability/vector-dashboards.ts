/** How logs leave the nodes. Pure. */
import { answering, type Dashboard, highest, lines, rates, slowest, sums } from "../base/dashboard";

const JOB = 'job="vector"';

/** Lines by node, and what waits in buffers or was thrown away. */
export const vectorDashboards: readonly Dashboard[] = [
    {
        name: "log-collection",
        title: "Collection of logs",
        purpose: "Whether every node sends its lines, and what is thrown away on the way.",
        rows: [
            {
                title: "Lines",
                panels: [
                    rates(
                        "Read",
                        `vector_component_received_events_total{${JOB}, component_kind="source"}`,
                        "pod, component_id",
                    ),
                    rates(
                        "Sent",
                        `vector_component_sent_events_total{${JOB}, component_kind="sink"}`,
                        "pod, component_id",
                    ),
                    rates(
                        "Thrown away",
                        `vector_component_discarded_events_total{${JOB}}`,
                        "component_id, intentional",
                    ),
                    rates(
                        "Errors",
                        `vector_component_errors_total{${JOB}}`,
                        "component_id, error_type",
                    ),
                ],
            },
            {
                title: "Agents",
                panels: [
                    sums("Files that are read", `vector_open_files{${JOB}}`, "pod"),
                    highest("Busy", `vector_utilization{${JOB}}`, "component_id", {
                        unit: "percentunit",
                    }),
                    answering("vector"),
                ],
            },
        ],
    },
    {
        name: "log-buffers",
        title: "Buffers of logs",
        purpose: "How long lines can wait on the nodes while Loki does not take them.",
        rows: [
            {
                title: "Buffers",
                panels: [
                    lines(
                        "In use",
                        `max by (pod, component_id) (vector_buffer_size_bytes{${JOB}} / vector_buffer_max_size_bytes{${JOB}})`,
                        "{{ pod }} {{ component_id }}",
                        { unit: "percentunit" },
                    ),
                    sums("Lines", `vector_buffer_size_events{${JOB}}`, "pod, component_id"),
                    rates(
                        "Bytes to Loki",
                        `vector_component_sent_bytes_total{${JOB}, component_kind="sink"}`,
                        "pod",
                        {
                            unit: "Bps",
                        },
                    ),
                ],
            },
            {
                title: "Loki's answers",
                panels: [
                    rates("By status", `vector_http_client_responses_total{${JOB}}`, "status"),
                    slowest(
                        "Slowest of a hundred",
                        `vector_http_client_response_rtt_seconds_bucket{${JOB}}`,
                        "pod",
                    ),
                    slowest(
                        "Age of lines when they are read",
                        `vector_source_lag_time_seconds_bucket{${JOB}}`,
                        "component_id",
                    ),
                ],
            },
        ],
    },
];
