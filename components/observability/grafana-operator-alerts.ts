/** Metrics and alerts of Grafana and its operator. Pure. */
import { grafanaLabels, grafanaPorts } from "../../operators/grafana-operator";
import type { Alert } from "../base/alert";
import { controllerMetrics } from "../base/dashboard";
import type { Scrape } from "../base/scrape";

/** Name of the Grafana. */
export const GRAFANA = "grafana";
/** Labels of the operator's pods, as in the chart grafana-operator 5.24.0. */
export const grafanaOperatorPods = {
    "app.kubernetes.io/name": "grafana-operator",
    "app.kubernetes.io/instance": "grafana-operator",
} as const;

/** The operator, and the servers that people open. */
export const grafanaOperatorScrapes: readonly Scrape[] = [
    {
        name: "grafana-operator",
        pods: grafanaOperatorPods,
        port: "metrics",
        number: 9090,
        metrics: [
            {
                source: "controller-runtime v0.24.1: pkg/internal/controller/metrics/metrics.go",
                names: controllerMetrics,
            },
        ],
    },
    {
        name: GRAFANA,
        pods: grafanaLabels(GRAFANA),
        port: "grafana-http",
        number: grafanaPorts.http,
        metrics: [
            {
                source: "grafana v13.1.3: pkg/infra/metrics/metrics.go, pkg/middleware/request_metrics.go",
                names: [
                    "grafana_datasource_request_total",
                    "grafana_http_request_duration_seconds_bucket",
                    "grafana_http_request_duration_seconds_count",
                    "grafana_stat_totals_dashboard",
                ],
            },
        ],
    },
];

/** Upstream publishes a dashboard, but no rules. */
export const grafanaOperatorAlerts: readonly Alert[] = [
    {
        name: "GrafanaDown",
        expression: 'absent(up{job="grafana"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "No Grafana answers",
        description:
            "Nobody sees a dashboard. Metrics are collected and alerts are sent as before.",
    },
    {
        name: "GrafanaReplicaDown",
        expression: 'up{job="grafana"} == 0',
        for: "15m",
        severity: "warning",
        summary: "Grafana {{ $labels.pod }} does not answer",
        description: "The other server goes on; the loss of it would leave none.",
    },
    {
        name: "GrafanaErrors",
        expression:
            'sum(rate(grafana_http_request_duration_seconds_count{job="grafana", status_code=~"5.."}[10m])) ' +
            '/ (sum(rate(grafana_http_request_duration_seconds_count{job="grafana"}[10m])) > 0) > 0.1',
        for: "15m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the answers of Grafana are errors",
        description: "Mostly its database or a data source does not answer.",
    },
    {
        name: "GrafanaOperatorDown",
        expression: 'absent(up{job="grafana-operator"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "The Grafana operator does not answer",
        description: "Grafana goes on. New and changed dashboards and data sources wait.",
    },
    {
        name: "GrafanaReconcileErrors",
        expression:
            "sum by (controller) (rate(controller_runtime_reconcile_errors_total" +
            '{job="grafana-operator"}[15m])) > 0',
        for: "30m",
        severity: "warning",
        summary: "{{ $labels.controller }} of Grafana has been failing for half an hour",
        description:
            "A dashboard or data source is refused, or Grafana does not answer the operator.",
    },
];
