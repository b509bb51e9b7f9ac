/** What is known of requests by their traces, and the collectors. Pure. */
import { answering, controllerRow, type Dashboard, lines } from "../base/dashboard";

const JOBS = 'job=~"trace-gateway|trace-sampler"';
const OWN = 'job="trace-metrics"';

/** Requests by service, and whether traces are collected. */
export const openTelemetryDashboards: readonly Dashboard[] = [
    {
        name: "traces",
        title: "Traces",
        purpose: "How often services are called, how long they take, and whether traces arrive.",
        rows: [
            {
                title: "Services",
                panels: [
                    lines(
                        "Calls",
                        `sum by (service_name) (rate(traces_spanmetrics_calls_total{${OWN}}[$__rate_interval]))`,
                        "{{ service_name }}",
                        { unit: "reqps" },
                    ),
                    lines(
                        "Share of errors",
                        `sum by (service_name) (rate(traces_spanmetrics_calls_total{${OWN}, status_code="STATUS_CODE_ERROR"}[5m])) / sum by (service_name) (rate(traces_spanmetrics_calls_total{${OWN}}[5m]))`,
                        "{{ service_name }}",
                        { unit: "percentunit" },
                    ),
                    lines(
                        "Slowest of twenty calls",
                        `histogram_quantile(0.95, sum by (service_name, le) (rate(traces_spanmetrics_duration_seconds_bucket{${OWN}}[$__rate_interval])))`,
                        "{{ service_name }}",
                        { unit: "s" },
                    ),
                    lines(
                        "Who calls whom",
                        `sum by (client, server) (rate(traces_service_graph_request_total{${OWN}}[$__rate_interval]))`,
                        "{{ client }} to {{ server }}",
                        { unit: "reqps" },
                    ),
                ],
            },
            {
                title: "Collectors",
                panels: [
                    lines(
                        "Spans taken",
                        `sum by (job) (rate(otelcol_receiver_accepted_spans{${JOBS}}[$__rate_interval]))`,
                        "{{ job }}",
                        { unit: "ops" },
                    ),
                    lines(
                        "Spans passed on",
                        `sum by (job, exporter) (rate(otelcol_exporter_sent_spans{${JOBS}}[$__rate_interval]))`,
                        "{{ job }} {{ exporter }}",
                        { unit: "ops" },
                    ),
                    lines(
                        "Traces by decision",
                        'sum by (sampled) (rate(otelcol_processor_tail_sampling_global_count_traces_sampled{job="trace-sampler"}[$__rate_interval]))',
                        "kept: {{ sampled }}",
                        { unit: "ops" },
                    ),
                    answering("trace-gateway|trace-sampler"),
                ],
            },
            controllerRow("opentelemetry-operator"),
        ],
    },
];
