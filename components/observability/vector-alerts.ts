/** Metrics and alerts of Vector. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { vectorPorts } from "./vector-config";

/** Labels as the chart vector 0.56.0 sets them for its role Agent. */
export const vectorLabels = {
    "app.kubernetes.io/name": "vector",
    "app.kubernetes.io/instance": "vector",
    "app.kubernetes.io/component": "Agent",
} as const;

export const vectorScrapes: readonly Scrape[] = [
    {
        name: "vector",
        pods: vectorLabels,
        port: "metrics",
        number: vectorPorts.metrics,
        metrics: [
            {
                source: "vector v0.56.0: lib/vector-common/src/internal_event/metric_name.rs",
                names: [
                    "vector_buffer_max_size_bytes",
                    "vector_buffer_size_bytes",
                    "vector_component_discarded_events_total",
                    "vector_component_errors_total",
                    "vector_component_sent_events_total",
                ],
            },
        ],
    },
];

/** Upstream publishes no rules. */
export const vectorAlerts: readonly Alert[] = [
    {
        name: "VectorDown",
        expression: 'absent(up{job="vector"} == 1)',
        for: "10m",
        severity: "critical",
        summary: "No Vector answers",
        description:
            "Nobody collects logs, those of the API server neither. Files wait on the nodes until " +
            "the kubelet rotates them away, which on a busy node is minutes.",
    },
    {
        name: "VectorAgentMissing",
        expression: 'count(up{job="cilium-agent"}) - count(up{job="vector"} == 1) > 0',
        for: "15m",
        severity: "warning",
        summary: "{{ $value }} nodes have no Vector that answers",
        description:
            "Logs of these nodes are not collected. Their files wait until the kubelet rotates them " +
            "away; on a control plane the audit log waits too.",
    },
    {
        name: "VectorEventsDropped",
        // A counter comes into being with its first event, which no increase shows.
        expression:
            'sum by (pod, component_id) (increase(vector_component_discarded_events_total{job="vector"}[15m])) > 0 ' +
            'or sum by (pod, component_id) (vector_component_discarded_events_total{job="vector"} ' +
            'unless vector_component_discarded_events_total{job="vector"} offset 15m) > 0',
        for: "5m",
        severity: "warning",
        summary: "Vector in {{ $labels.pod }} has thrown lines away at {{ $labels.component_id }}",
        description:
            "Lines were longer than allowed, or Loki refused them for good. They are nowhere else " +
            "once the kubelet has rotated their file.",
    },
    {
        name: "VectorBufferFilling",
        expression:
            'max by (pod, component_id) (vector_buffer_size_bytes{job="vector"} / vector_buffer_max_size_bytes{job="vector"}) > 0.5',
        for: "10m",
        severity: "warning",
        summary:
            "The buffer of {{ $labels.component_id }} in {{ $labels.pod }} is {{ $value | humanizePercentage }} full",
        description:
            "Loki does not take lines as fast as they come. When the buffer is full Vector stops " +
            "reading, and what the kubelet rotates away meanwhile is lost.",
    },
    {
        name: "VectorNotSending",
        expression:
            'sum by (pod, component_id) (rate(vector_component_errors_total{job="vector", component_kind="sink"}[10m])) > 0 ' +
            'unless sum by (pod, component_id) (rate(vector_component_sent_events_total{job="vector", component_kind="sink"}[10m])) > 0',
        for: "15m",
        severity: "warning",
        summary:
            "{{ $labels.component_id }} of Vector in {{ $labels.pod }} sends nothing and fails",
        description:
            "Requests to Loki fail and none succeeds. Lines collect in the buffer on the node until " +
            "it is full.",
    },
];
