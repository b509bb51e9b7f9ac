/** Metrics and alerts of Alloy. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { ALLOY_PORT } from "./alloy-config";

/** Labels as the chart alloy 1.11.1 sets them. */
export const alloyLabels = {
    "app.kubernetes.io/name": "alloy",
    "app.kubernetes.io/instance": "alloy",
} as const;

export const alloyScrapes: readonly Scrape[] = [
    {
        name: "alloy",
        pods: alloyLabels,
        port: "http-metrics",
        number: ALLOY_PORT,
        metrics: [
            {
                source: "alloy v1.18.1: internal/runtime/internal/controller/metrics.go",
                names: ["alloy_component_controller_running_components"],
            },
            {
                source: "alloy v1.18.1: internal/component/common/loki/client/metrics.go",
                names: ["loki_write_dropped_entries_total"],
            },
        ],
    },
];

export const alloyAlerts: readonly Alert[] = [
    {
        name: "AlloyDown",
        expression: 'absent(up{job="alloy"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "No Alloy answers",
        description:
            "Nobody collects the events of Kubernetes, which are gone after an hour, and nobody the " +
            "logs of tenants, which wait on their nodes until the kubelet rotates them away.",
    },
    {
        name: "AlloyComponentUnhealthy",
        expression:
            'sum by (pod) (alloy_component_controller_running_components{job="alloy", health_type!="healthy"}) > 0',
        for: "15m",
        severity: "warning",
        summary: "{{ $value }} components of Alloy {{ $labels.pod }} are not healthy",
        description: "It does not read events or logs of tenants, or does not reach Loki.",
    },
    {
        name: "AlloyEntriesDropped",
        expression:
            'sum by (pod, reason) (increase(loki_write_dropped_entries_total{job="alloy"}[15m])) > 0',
        for: "5m",
        severity: "warning",
        summary: "Alloy {{ $labels.pod }} has thrown lines away: {{ $labels.reason }}",
        description: "Loki refused them for good. Events are nowhere else after an hour.",
    },
];
