/** Metrics and alerts of Envoy Gateway and its proxies. Pure. */
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";
import { envoyControllerLabels, envoyPorts } from "../../operators/envoy-gateway";
import { gatewayPods } from "./public-names";

/** The controller says what it made of routes, the proxies what became of requests. */
export const envoyGatewayScrapes: readonly Scrape[] = [
    {
        name: "envoy-gateway",
        pods: envoyControllerLabels,
        port: "metrics",
        number: envoyPorts.metrics,
        metrics: [
            {
                source: "envoy gateway v1.9.0: internal/{message,provider/kubernetes,infrastructure/kubernetes,xds/cache}/metrics.go",
                names: [
                    "resource_apply_total",
                    "status_update_total",
                    "watchable_depth",
                    "watchable_subscribe_total",
                    "xds_snapshot_update_total",
                ],
            },
            {
                source: "envoy gateway v1.9.0: internal/xds/cache/metrics.go",
                names: ["xds_nack_total"],
            },
        ],
    },
    {
        name: "envoy-proxy",
        pods: gatewayPods,
        port: "metrics",
        number: envoyPorts.metrics,
        path: "/stats/prometheus",
        metrics: [
            {
                source: "envoy gateway v1.9.0: charts/gateway-addons-helm/dashboards/envoy-{clusters,proxy-global}.json",
                names: [
                    "envoy_cluster_membership_total",
                    "envoy_cluster_outlier_detection_ejections_active",
                    "envoy_cluster_upstream_cx_rx_bytes_total",
                    "envoy_cluster_upstream_cx_tx_bytes_total",
                    "envoy_http_downstream_cx_tx_bytes_total",
                    "envoy_http_downstream_rq_time_bucket",
                    "envoy_http_downstream_rq_total",
                    "envoy_listener_downstream_cx_active",
                    "envoy_listener_ssl_certificate_expiration_unix_time_seconds",
                    "envoy_server_memory_allocated",
                    "envoy_server_uptime",
                ],
            },
            {
                source: "envoy: docs/root/configuration/upstream/cluster_manager/cluster_stats.rst",
                names: [
                    "envoy_cluster_upstream_cx_connect_fail",
                    "envoy_cluster_upstream_rq_active",
                    "envoy_cluster_upstream_rq_pending_overflow",
                    "envoy_cluster_upstream_rq_retry",
                    "envoy_cluster_upstream_rq_timeout",
                ],
            },
            {
                source: "envoy gateway v1.9.0: charts/gateway-addons-helm/dashboards/envoy-clusters.json",
                names: [
                    "envoy_cluster_membership_healthy",
                    "envoy_cluster_upstream_cx_active",
                    "envoy_cluster_upstream_rq_time_bucket",
                    "envoy_cluster_upstream_rq_xx",
                ],
            },
        ],
    },
];

/** Clusters of routes; the others are the proxy's own (internal/gatewayapi/helpers.go). */
const ROUTES = 'job="envoy-proxy", envoy_cluster_name=~"(http|grpc)route/.*"';

/** Upstream publishes dashboards, but no rules. */
export const envoyGatewayAlerts: readonly Alert[] = [
    {
        name: "EnvoyProxiesDown",
        expression: 'absent(up{job="envoy-proxy"} == 1)',
        for: "5m",
        severity: "critical",
        summary: "No proxy of the gateway answers",
        description:
            "Nobody reaches anything on the platform by its name, from the internet or from the house.",
        explains: [{ alerts: ["EndpointDown"] }],
    },
    {
        name: "EnvoyGatewayDown",
        expression: 'absent(up{job="envoy-gateway"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "No controller of Envoy Gateway answers",
        description:
            "The proxies go on with the routes and certificates that they have. Changes wait, also " +
            "renewed certificates and pods that moved, and a proxy that starts anew gets no routes.",
    },
    {
        name: "EnvoyConfigurationRejected",
        expression: 'sum(increase(xds_nack_total{job="envoy-gateway"}[15m])) > 0',
        for: "15m",
        severity: "warning",
        summary: "Proxies of the gateway reject their configuration",
        description:
            "They keep the last one that they understood: routes changed since then are not served " +
            "as they are declared.",
    },
    {
        name: "EnvoyUpstreamMissing",
        expression: `max by (envoy_cluster_name) (envoy_cluster_membership_healthy{${ROUTES}}) == 0`,
        for: "10m",
        severity: "warning",
        summary: "{{ $labels.envoy_cluster_name }} leads nowhere",
        description:
            "No pod is ready behind the route, so everybody who opens it gets an error 503.",
    },
    {
        name: "EnvoyServerErrorsHigh",
        expression:
            `sum by (envoy_cluster_name) (rate(envoy_cluster_upstream_rq_xx{${ROUTES}, envoy_response_code_class="5"}[10m])) / ` +
            `(sum by (envoy_cluster_name) (rate(envoy_cluster_upstream_rq_xx{${ROUTES}}[10m])) > 0) > 0.1`,
        for: "15m",
        severity: "warning",
        summary:
            "{{ $value | humanizePercentage }} of the answers of {{ $labels.envoy_cluster_name }} are errors",
        description:
            "More than one request in ten to this route has failed for a quarter of an hour.",
    },
];

/** Whoever asks for a page or calls a webhook gets an answer. */
export const envoyGatewayObjectives: readonly Objective[] = [
    {
        name: "gateway-availability",
        percent: 99.9,
        indicator: {
            events: {
                errors: `sum(rate(envoy_cluster_upstream_rq_xx{${ROUTES}, envoy_response_code_class="5"}[$window]))`,
                total: `sum(rate(envoy_cluster_upstream_rq_xx{${ROUTES}}[$window]))`,
            },
        },
        description: "Requests through the gateway are answered without a server error.",
        alert: "GatewayErrorBudgetBurn",
    },
    {
        name: "gateway-latency",
        percent: 99,
        indicator: {
            events: {
                // In milliseconds. Prometheus 3 writes every bound as a decimal, 2500.0.
                good: `sum(rate(envoy_cluster_upstream_rq_time_bucket{${ROUTES}, le=~"2500(\\\\.0)?"}[$window]))`,
                total: `sum(rate(envoy_cluster_upstream_rq_time_bucket{${ROUTES}, le="+Inf"}[$window]))`,
            },
        },
        description: "Requests through the gateway are answered within two and a half seconds.",
        alert: "GatewayLatencyErrorBudgetBurn",
    },
];
