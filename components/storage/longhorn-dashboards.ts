/** Volumes of Longhorn. Pure. */
import { answering, type Dashboard, lines, number, table } from "../base/dashboard";

const JOB = 'job="longhorn"';
const BY_CLAIM = "{{ pvc_namespace }}/{{ pvc }}";

function byClaim(metric: string): string {
    return `max by (pvc_namespace, pvc) (${metric}{${JOB}})`;
}

export const longhornDashboards: readonly Dashboard[] = [
    {
        name: "longhorn",
        title: "Volumes of Longhorn",
        purpose: "Whether each volume has all of its copies, and how much room their disks have.",
        rows: [
            {
                title: "Health",
                panels: [
                    answering("longhorn"),
                    number(
                        "Volumes without a copy that can be used",
                        `sum(longhorn_volume_robustness{${JOB}, state="faulted"}) or vector(0)`,
                        { thresholds: { warning: 1, bad: 1 } },
                    ),
                    number(
                        "Volumes with too few copies",
                        `sum(longhorn_volume_robustness{${JOB}, state="degraded"}) or vector(0)`,
                        { thresholds: { warning: 1, bad: 5 } },
                    ),
                    table(
                        "Nodes that are not used",
                        `max by (node, condition, condition_reason) (longhorn_node_status{${JOB}}) == 0`,
                    ),
                ],
            },
            {
                title: "Room",
                panels: [
                    lines(
                        "Used of each disk",
                        `max by (node) (longhorn_disk_usage_bytes{${JOB}} / longhorn_disk_capacity_bytes{${JOB}})`,
                        "{{ node }}",
                        { unit: "percentunit", thresholds: { warning: 0.7, bad: 0.8 } },
                    ),
                    lines(
                        "Written to each volume, snapshots included",
                        byClaim("longhorn_volume_actual_size_bytes"),
                        BY_CLAIM,
                        { unit: "bytes" },
                    ),
                    lines(
                        "Size of each volume",
                        byClaim("longhorn_volume_capacity_bytes"),
                        BY_CLAIM,
                        {
                            unit: "bytes",
                        },
                    ),
                ],
            },
            {
                title: "Work",
                panels: [
                    lines("Read", byClaim("longhorn_volume_read_throughput"), BY_CLAIM, {
                        unit: "Bps",
                    }),
                    lines("Written", byClaim("longhorn_volume_write_throughput"), BY_CLAIM, {
                        unit: "Bps",
                    }),
                    // Nanoseconds (volume_collector.go).
                    lines(
                        "Time to read",
                        `${byClaim("longhorn_volume_read_latency")} / 1e9`,
                        BY_CLAIM,
                        { unit: "s" },
                    ),
                    lines(
                        "Time to write",
                        `${byClaim("longhorn_volume_write_latency")} / 1e9`,
                        BY_CLAIM,
                        { unit: "s" },
                    ),
                ],
            },
        ],
    },
];
