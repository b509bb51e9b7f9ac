/** Events of Kubernetes, and logs of tenants. Pure. */
import { answering, type Dashboard, rates, slowest, sums, table } from "../base/dashboard";

const JOB = 'job="alloy"';

/** What Alloy reads and sends, and what it threw away. */
export const alloyDashboards: readonly Dashboard[] = [
    {
        name: "events",
        title: "Collection of events",
        purpose: "Whether events of Kubernetes and logs of tenants reach Loki.",
        rows: [
            {
                title: "Entries",
                panels: [
                    rates("Sent", `loki_write_sent_entries_total{${JOB}}`, "pod"),
                    rates("Thrown away", `loki_write_dropped_entries_total{${JOB}}`, "pod, reason"),
                    rates("Sent again", `loki_write_batch_retries_total{${JOB}}`, "pod"),
                    slowest(
                        "Slowest of a hundred answers",
                        `loki_write_request_duration_seconds_bucket{${JOB}}`,
                        "status_code",
                    ),
                ],
            },
            {
                title: "Components",
                panels: [
                    table(
                        "Not healthy",
                        `sum by (pod, health_type) (alloy_component_controller_running_components{${JOB}, health_type!="healthy"}) > 0`,
                    ),
                    sums(
                        "By health",
                        `alloy_component_controller_running_components{${JOB}}`,
                        "health_type",
                    ),
                    rates("Bytes sent", `loki_write_sent_bytes_total{${JOB}}`, "pod", {
                        unit: "Bps",
                    }),
                    answering("alloy"),
                ],
            },
        ],
    },
];
