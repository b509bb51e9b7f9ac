/** Metrics and alerts of the OpenTelemetry operator and the collectors of traces. Pure. */
import type { Alert } from "../base/alert";
import { controllerMetrics } from "../base/dashboard";
import type { MetricSource, Scrape } from "../base/scrape";
import { traceGateway } from "../base/traces";
import { collectorPorts, traceSampler } from "./trace-collector-config";
import { collectorPods } from "./trace-collector";

/** Pods of the operator, as the chart labels them. */
export const openTelemetryOperatorPods = {
    "app.kubernetes.io/name": "opentelemetry-operator",
    "app.kubernetes.io/component": "controller-manager",
} as const;

const receiving: MetricSource = {
    source: "opentelemetry-collector v0.158.0: receiver/receiverhelper/documentation.md",
    names: ["otelcol_receiver_accepted_spans", "otelcol_receiver_refused_spans"],
};
const sending: MetricSource = {
    source: "opentelemetry-collector v0.158.0: exporter/exporterhelper/documentation.md",
    names: [
        "otelcol_exporter_queue_capacity",
        "otelcol_exporter_queue_size",
        "otelcol_exporter_send_failed_spans",
        "otelcol_exporter_sent_spans",
    ],
};

export const openTelemetryScrapes: readonly Scrape[] = [
    {
        name: "opentelemetry-operator",
        pods: openTelemetryOperatorPods,
        port: "metrics",
        number: 8080,
        metrics: [
            {
                source: "controller-runtime: pkg/internal/controller/metrics/metrics.go",
                names: controllerMetrics,
            },
        ],
    },
    {
        name: "trace-gateway",
        pods: collectorPods(traceGateway.name),
        port: "metrics",
        number: collectorPorts.own,
        metrics: [receiving, sending],
    },
    {
        name: "trace-sampler",
        pods: collectorPods(traceSampler.name),
        port: "metrics",
        number: collectorPorts.own,
        metrics: [
            receiving,
            sending,
            {
                source: "opentelemetry-collector-contrib v0.158.0: processor/tailsamplingprocessor/documentation.md",
                names: [
                    "otelcol_processor_tail_sampling_global_count_traces_sampled",
                    "otelcol_processor_tail_sampling_sampling_trace_dropped_too_early",
                ],
            },
        ],
    },
    {
        // What it counts of spans.
        name: "trace-metrics",
        pods: collectorPods(traceSampler.name),
        port: "prometheus",
        number: traceSampler.ports.metrics,
        metrics: [
            {
                source: "opentelemetry-collector-contrib v0.158.0: connector/spanmetricsconnector/README.md",
                names: [
                    "traces_spanmetrics_calls_total",
                    "traces_spanmetrics_duration_seconds_bucket",
                ],
            },
            {
                source: "opentelemetry-collector-contrib v0.158.0: connector/servicegraphconnector/README.md",
                names: ["traces_service_graph_request_total"],
            },
        ],
    },
];

const JOBS = 'job=~"trace-gateway|trace-sampler"';

export const openTelemetryAlerts: readonly Alert[] = [
    {
        name: "OpenTelemetryOperatorDown",
        expression: 'absent(up{job="opentelemetry-operator"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "The OpenTelemetry operator does not answer",
        description: "Collectors run on; changes to them are refused by its webhook.",
    },
    {
        name: "OpenTelemetryOperatorErrors",
        expression:
            'sum by (controller) (increase(controller_runtime_reconcile_errors_total{job="opentelemetry-operator"}[30m])) > 5',
        for: "15m",
        severity: "warning",
        summary: "The OpenTelemetry operator fails at {{ $labels.controller }}",
        description: "A collector is not as its resource says.",
    },
    {
        name: "TraceCollectorsDown",
        expression: 'absent(up{job="trace-gateway"} == 1) or absent(up{job="trace-sampler"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "No traces are collected",
        description: "Programs drop their spans. Requests are served as before.",
        explains: [{ alerts: ["TraceSpansNotSent"] }],
    },
    {
        name: "TraceSpansRefused",
        expression: `sum by (job) (rate(otelcol_receiver_refused_spans{${JOBS}}[10m])) > 0`,
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.job }} refuses spans",
        description: "Its memory is full, because more comes in than goes out. Traces have gaps.",
    },
    {
        name: "TraceSpansNotSent",
        expression:
            `sum by (job) (rate(otelcol_exporter_send_failed_spans{${JOBS}}[10m])) > 0 ` +
            `or max by (job) (otelcol_exporter_queue_size{${JOBS}} / otelcol_exporter_queue_capacity{${JOBS}}) > 0.8`,
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.job }} cannot pass spans on",
        description:
            "The next one does not answer or is too slow. Traces have gaps, or are missing.",
    },
    {
        name: "TracesDroppedTooEarly",
        expression:
            'sum(increase(otelcol_processor_tail_sampling_sampling_trace_dropped_too_early{job="trace-sampler"}[15m])) > 0',
        for: "15m",
        severity: "warning",
        summary: "Traces are dropped before anybody decided on them",
        description:
            "More traces are under way than the samplers hold: slow and failed ones are lost too.",
    },
];
