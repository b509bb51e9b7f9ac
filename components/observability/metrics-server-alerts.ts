/** Metrics and alerts of metrics-server. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";

/**
 * Labels and port as in the chart metrics-server 3.13.1. Anonymous readers are let in only with its
 * value `metrics.enabled` (templates/deployment.yaml: `--authorization-always-allow-paths`). The
 * certificate is that of `tls.type: cert-manager`, which signs itself (templates/certificate.yaml).
 */
export const metricsServerScrapes: readonly Scrape[] = [
    {
        name: "metrics-server",
        pods: {
            "app.kubernetes.io/name": "metrics-server",
            "app.kubernetes.io/instance": "metrics-server",
        },
        port: "https",
        number: 10250,
        https: {
            serverName: "metrics-server.metrics-server.svc",
            authority: { secret: "metrics-server", key: "ca.crt" },
        },
        metrics: [
            {
                source: "metrics-server v0.8.1: pkg/scraper/scraper.go",
                names: [
                    "metrics_server_kubelet_request_duration_seconds_bucket",
                    "metrics_server_kubelet_request_total",
                ],
            },
        ],
    },
];

/** Upstream publishes no rules. */
export const metricsServerAlerts: readonly Alert[] = [
    {
        name: "MetricsServerDown",
        expression: 'absent(up{job="metrics-server"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "No metrics-server answers",
        description:
            "Autoscalers keep the number of replicas that they had, whatever the load, and `kubectl " +
            "top` fails. Deleting a namespace hangs, because its API group does not answer.",
    },
    {
        name: "MetricsServerScrapesFailing",
        expression:
            'sum(rate(metrics_server_kubelet_request_total{job="metrics-server", success="false"}[5m])) ' +
            '/ sum(rate(metrics_server_kubelet_request_total{job="metrics-server"}[5m])) > 0.1',
        for: "15m",
        severity: "warning",
        summary:
            "metrics-server gets no answer to {{ $value | humanizePercentage }} of its questions",
        description:
            "One or more kubelets refuse it or are out of reach. Autoscalers do not see the pods of " +
            "these nodes.",
    },
];
