/** Alerts and dashboards of Audiobookshelf, which tells no metrics itself. Pure. */
import type { Alert } from "../base/alert";
import { type Dashboard, highest, lines, number } from "../base/dashboard";
import { AUDIOBOOKSHELF } from "./audiobookshelf-manifests";

const STATE = `job="kube-state-metrics", namespace="${AUDIOBOOKSHELF}"`;
const KUBELET = `job="kubelet", namespace="${AUDIOBOOKSHELF}"`;
const ready = `kube_statefulset_status_replicas_ready{${STATE}, statefulset="${AUDIOBOOKSHELF}"}`;

/** That a volume fills, and that its name does not answer from outside, the common alerts say. */
export const audiobookshelfAlerts: readonly Alert[] = [
    {
        name: "AudiobookshelfDown",
        expression: `absent(${ready} > 0)`,
        for: "15m",
        severity: "warning",
        summary: "Nobody can listen",
        description:
            "Audiobookshelf is not ready. What was loaded onto a telephone plays on; where people were " +
            "is brought along when it answers again.",
    },
];

/** The server, and room for more. */
export const audiobookshelfDashboards: readonly Dashboard[] = [
    {
        name: AUDIOBOOKSHELF,
        title: "Audiobookshelf",
        purpose: "Whether people can listen, and how much more its volumes hold.",
        rows: [
            {
                title: "Server",
                panels: [
                    number("Ready", `sum(${ready}) or vector(0)`, {
                        thresholds: { warning: 1, bad: 0.5 },
                    }),
                    lines(
                        "Memory",
                        `max by (pod) (container_memory_working_set_bytes{${KUBELET}, container="${AUDIOBOOKSHELF}"})`,
                        "{{ pod }}",
                        { unit: "bytes" },
                    ),
                    lines(
                        "Processor",
                        `sum by (pod) (rate(container_cpu_usage_seconds_total{${KUBELET}, container="${AUDIOBOOKSHELF}"}[$__rate_interval]))`,
                        "{{ pod }}",
                        { unit: "cores" },
                    ),
                    highest(
                        "Restarts",
                        `kube_pod_container_status_restarts_total{${STATE}, container="${AUDIOBOOKSHELF}"}`,
                        "pod",
                    ),
                ],
            },
            {
                title: "Room",
                panels: [
                    lines(
                        "Used part of each volume",
                        `max by (persistentvolumeclaim) (1 - kubelet_volume_stats_available_bytes{${KUBELET}} / kubelet_volume_stats_capacity_bytes{${KUBELET}})`,
                        "{{ persistentvolumeclaim }}",
                        { unit: "percentunit" },
                    ),
                ],
            },
        ],
    },
];
