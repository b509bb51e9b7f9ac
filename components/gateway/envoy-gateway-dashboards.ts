/** What goes through the gateway. Pure. */
import { answering, type Dashboard, lines, number, table } from "../base/dashboard";

/** Clusters of routes; the others are the proxy's own. */
const ROUTES = 'job="envoy-proxy", envoy_cluster_name=~"(http|grpc)route/.*"';
const requests = (more = "") =>
    `rate(envoy_cluster_upstream_rq_xx{${ROUTES}${more}}[$__rate_interval])`;
const errors = requests(', envoy_response_code_class="5"');

/** Requests, errors and delays by route. */
export const envoyGatewayDashboards: readonly Dashboard[] = [
    {
        name: "gateway",
        title: "Gateway",
        purpose: "Which routes are asked for, how long they take and what fails.",
        rows: [
            {
                title: "Requests",
                panels: [
                    number(
                        "Share of errors",
                        `(sum(${errors}) or vector(0)) / (sum(${requests()}) > 0)`,
                        {
                            unit: "percentunit",
                            thresholds: { warning: 0.001, bad: 0.01 },
                            overview: true,
                        },
                    ),
                    lines(
                        "Requests by route",
                        `sum by (envoy_cluster_name) (${requests()})`,
                        "{{ envoy_cluster_name }}",
                        { unit: "reqps" },
                    ),
                    lines(
                        "Errors by route",
                        `sum by (envoy_cluster_name) (${errors})`,
                        "{{ envoy_cluster_name }}",
                        { unit: "reqps" },
                    ),
                ],
            },
            {
                title: "Behind the routes",
                panels: [
                    lines(
                        "Slowest of a hundred requests",
                        "histogram_quantile(0.99, sum by (le, envoy_cluster_name) " +
                            `(rate(envoy_cluster_upstream_rq_time_bucket{${ROUTES}}[$__rate_interval]))) / 1000`,
                        "{{ envoy_cluster_name }}",
                        { unit: "s" },
                    ),
                    table(
                        "Routes without a ready pod",
                        `max by (envoy_cluster_name) (envoy_cluster_membership_healthy{${ROUTES}}) == 0`,
                    ),
                    lines(
                        "Open connections",
                        `sum by (envoy_cluster_name) (envoy_cluster_upstream_cx_active{${ROUTES}})`,
                        "{{ envoy_cluster_name }}",
                    ),
                ],
            },
            {
                title: "Proxies and controller",
                panels: [
                    answering("envoy-proxy|envoy-gateway"),
                    lines(
                        "Configurations refused",
                        'sum(increase(xds_nack_total{job="envoy-gateway"}[10m]))',
                        "refused",
                    ),
                ],
            },
        ],
    },
];
