/** Metrics and alerts of Longhorn. Pure. */
import { longhornPods, longhornPorts } from "../../operators/longhorn";
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";

const JOB = "longhorn";

/** Each manager tells of its node and of the volumes that it looks after. */
export const longhornScrapes: readonly Scrape[] = [
    {
        name: JOB,
        pods: longhornPods.manager,
        port: "manager",
        number: longhornPorts.api,
        metrics: [
            {
                source: "longhorn-manager v1.12.1: metrics_collector/volume_collector.go",
                names: [
                    "longhorn_volume_actual_size_bytes",
                    "longhorn_volume_capacity_bytes",
                    "longhorn_volume_read_latency",
                    "longhorn_volume_read_throughput",
                    "longhorn_volume_robustness",
                    "longhorn_volume_write_latency",
                    "longhorn_volume_write_throughput",
                ],
            },
            {
                source: "longhorn-manager v1.12.1: metrics_collector/node_collector.go",
                names: ["longhorn_node_status"],
            },
            {
                source: "longhorn-manager v1.12.1: metrics_collector/disk_collector.go",
                names: [
                    "longhorn_disk_capacity_bytes",
                    "longhorn_disk_status",
                    "longhorn_disk_usage_bytes",
                ],
            },
        ],
    },
];

/** Which volume an alert is about. */
const VOLUME = "{{ $labels.pvc_namespace }}/{{ $labels.pvc }}";

function volumesThatAre(state: "faulted" | "degraded"): string {
    return `max by (pvc_namespace, pvc, volume) (longhorn_volume_robustness{job="${JOB}", state="${state}"}) == 1`;
}

/** Upstream documents examples; `state` of a volume is a label since 1.12. */
export const longhornAlerts: readonly Alert[] = [
    {
        name: "LonghornDown",
        expression: `absent(up{job="${JOB}"} == 1)`,
        for: "10m",
        severity: "critical",
        summary: "No manager of Longhorn answers",
        description:
            "Volumes that are attached go on. None is made, attached or mended, and no claim of any " +
            "class is bound or enlarged: the webhook of Longhorn is asked about each change of one.",
        explains: [{ alerts: ["LonghornNodeNotReady"] }],
    },
    {
        name: "LonghornVolumeFaulted",
        expression: volumesThatAre("faulted"),
        for: "5m",
        severity: "critical",
        summary: `No copy of the volume ${VOLUME} can be used`,
        description:
            "Its pod can neither read nor write. What was written last may be on a copy whose node " +
            "or disk is gone.",
        explains: [{ alerts: ["LonghornVolumeDegraded"], equal: ["volume"] }],
    },
    {
        name: "LonghornVolumeDegraded",
        expression: volumesThatAre("degraded"),
        for: "1h",
        severity: "warning",
        summary: `The volume ${VOLUME} has had fewer copies than it should for an hour`,
        description: "It works. One more disk that is lost may be the last copy.",
    },
    {
        name: "LonghornNodeNotReady",
        expression: `max by (node, condition_reason) (longhorn_node_status{job="${JOB}", condition=~"ready|schedulable"}) == 0`,
        for: "30m",
        severity: "warning",
        summary:
            "Longhorn does not use the node {{ $labels.node }}: {{ $labels.condition_reason }}",
        description: "No new copy is made there, and those on it may not be in use.",
    },
    {
        name: "LonghornDiskFilling",
        expression:
            `longhorn_disk_usage_bytes{job="${JOB}"} / longhorn_disk_capacity_bytes{job="${JOB}"} > 0.8 ` +
            `or longhorn_disk_status{job="${JOB}", condition="schedulable"} == 0`,
        for: "30m",
        severity: "warning",
        summary:
            "The disk of Longhorn on {{ $labels.node }} is nearly full or takes no more volumes",
        description:
            "Below a tenth of free room no copy is made there. A copy that finds no room at all stops.",
    },
];
