/** Metrics and alerts of Tempo. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { tempoPods, tempoPorts } from "./tempo-values";

export const tempoScrapes: readonly Scrape[] = [
    {
        name: "tempo",
        pods: tempoPods,
        port: "prom-metrics",
        number: tempoPorts.http,
        metrics: [
            {
                source: "tempo v2.10.8: modules/distributor/distributor.go",
                names: ["tempo_distributor_spans_received_total"],
            },
            {
                source: "tempo v2.10.8: modules/ingester/flush.go",
                names: ["tempo_ingester_failed_flushes_total"],
            },
            {
                source: "tempo v2.10.8: modules/overrides/discarded_spans.go",
                names: ["tempo_discarded_spans_total"],
            },
            {
                source: "tempo v2.10.8: tempodb/tempodb.go",
                names: ["tempodb_blocklist_poll_errors_total", "tempodb_retention_errors_total"],
            },
            {
                source: "tempo v2.10.8: cmd/tempo/app, metrics of dskit's server",
                names: ["tempo_request_duration_seconds_count"],
            },
        ],
    },
];

/** Names as in upstream's mixin (tempo v2.10.8: operations/tempo-mixin) where it has one. */
export const tempoAlerts: readonly Alert[] = [
    {
        name: "TempoDown",
        expression: 'absent(up{job="tempo"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "Tempo takes no traces and shows none",
        description:
            "The samplers try again for five minutes, then spans are lost. Requests are served as before.",
        explains: [{ alerts: ["TraceSpansNotSent"] }],
    },
    {
        name: "TempoRequestErrors",
        expression:
            'sum by (route) (rate(tempo_request_duration_seconds_count{job="tempo", status_code=~"5.."}[5m])) ' +
            '/ sum by (route) (rate(tempo_request_duration_seconds_count{job="tempo"}[5m])) > 0.1',
        for: "15m",
        severity: "warning",
        summary:
            "Tempo fails at {{ $value | humanizePercentage }} of the requests for {{ $labels.route }}",
        description: "Who looks for a trace sees errors.",
    },
    {
        name: "TempoIngesterFlushesFailing",
        expression: 'increase(tempo_ingester_failed_flushes_total{job="tempo"}[1h]) > 2',
        for: "15m",
        severity: "warning",
        summary: "Tempo cannot write its blocks to the bucket",
        description: "Blocks stay on its volume, which holds hours of them; then traces are lost.",
    },
    {
        name: "TempoSpansDiscarded",
        expression: 'sum by (reason) (increase(tempo_discarded_spans_total{job="tempo"}[15m])) > 0',
        for: "15m",
        severity: "warning",
        summary: "Tempo refuses spans: {{ $labels.reason }}",
        description: "Spans are over a limit. Traces have gaps.",
    },
    {
        name: "TempoBlocklistNotPolled",
        expression: 'increase(tempodb_blocklist_poll_errors_total{job="tempo"}[30m]) > 0',
        for: "30m",
        severity: "warning",
        summary: "Tempo cannot list what is in its bucket",
        description: "Older traces are not found, and nothing old is deleted.",
    },
    {
        name: "TempoRetentionFailing",
        expression: 'increase(tempodb_retention_errors_total{job="tempo"}[6h]) > 0',
        for: "1h",
        severity: "warning",
        summary: "Tempo cannot delete old traces",
        description: "Traces are kept longer than promised, and the bucket fills.",
    },
];
