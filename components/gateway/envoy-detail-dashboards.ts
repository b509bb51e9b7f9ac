/** The gateway by route, by what is behind it, by who asks, and its controller. Pure. */
import {
    answering,
    type Dashboard,
    highest,
    lines,
    rates,
    slowest,
    sums,
    table,
} from "../base/dashboard";

const PROXY = 'job="envoy-proxy"';
const CONTROLLER = 'job="envoy-gateway"';
const ALL = `${PROXY}, envoy_cluster_name=~"(http|grpc)route/.*"`;
const ROUTE = `${PROXY}, envoy_cluster_name=~"$envoy_cluster_name", envoy_cluster_name=~"(http|grpc)route/.*"`;

/** What to look at once it is known which route it is. */
export const envoyDetailDashboards: readonly Dashboard[] = [
    {
        name: "route",
        title: "A route",
        purpose: "What one route is asked for, what it answers and how fast.",
        choices: [{ label: "envoy_cluster_name", of: `envoy_cluster_membership_healthy{${ALL}}` }],
        rows: [
            {
                title: "Answers",
                panels: [
                    rates(
                        "By class",
                        `envoy_cluster_upstream_rq_xx{${ROUTE}}`,
                        "envoy_response_code_class",
                        { unit: "reqps" },
                    ),
                    lines(
                        "Share of errors",
                        `sum(rate(envoy_cluster_upstream_rq_xx{${ROUTE}, envoy_response_code_class="5"}[$__rate_interval])) / (sum(rate(envoy_cluster_upstream_rq_xx{${ROUTE}}[$__rate_interval])) > 0)`,
                        "errors",
                        { unit: "percentunit" },
                    ),
                    lines(
                        "Half and all but one of a hundred take",
                        `histogram_quantile(0.5, sum by (le) (rate(envoy_cluster_upstream_rq_time_bucket{${ROUTE}}[$__rate_interval])))`,
                        "half",
                        { unit: "ms" },
                    ),
                    slowest(
                        "Slowest of a hundred",
                        `envoy_cluster_upstream_rq_time_bucket{${ROUTE}}`,
                        "envoy_cluster_name",
                        { unit: "ms" },
                    ),
                ],
            },
            {
                title: "Bytes",
                panels: [
                    rates(
                        "From the pods",
                        `envoy_cluster_upstream_cx_rx_bytes_total{${ROUTE}}`,
                        "envoy_cluster_name",
                        {
                            unit: "Bps",
                        },
                    ),
                    rates(
                        "To the pods",
                        `envoy_cluster_upstream_cx_tx_bytes_total{${ROUTE}}`,
                        "envoy_cluster_name",
                        {
                            unit: "Bps",
                        },
                    ),
                ],
            },
        ],
    },
    {
        name: "upstreams",
        title: "Pods behind the gateway",
        purpose: "Which pods behind routes refuse connections, time out or are set aside.",
        rows: [
            {
                title: "Pods",
                panels: [
                    table(
                        "Ready of all",
                        `sort(max by (envoy_cluster_name) (envoy_cluster_membership_healthy{${ALL}}) / (max by (envoy_cluster_name) (envoy_cluster_membership_total{${ALL}}) > 0))`,
                        { unit: "percentunit" },
                    ),
                    sums(
                        "Set aside for their errors",
                        `envoy_cluster_outlier_detection_ejections_active{${ALL}}`,
                        "envoy_cluster_name",
                    ),
                    rates(
                        "Connections that failed",
                        `envoy_cluster_upstream_cx_connect_fail{${ALL}}`,
                        "envoy_cluster_name",
                    ),
                ],
            },
            {
                title: "Requests",
                panels: [
                    rates(
                        "Timed out",
                        `envoy_cluster_upstream_rq_timeout{${ALL}}`,
                        "envoy_cluster_name",
                    ),
                    rates(
                        "Tried again",
                        `envoy_cluster_upstream_rq_retry{${ALL}}`,
                        "envoy_cluster_name",
                    ),
                    rates(
                        "Refused, too many at once",
                        `envoy_cluster_upstream_rq_pending_overflow{${ALL}}`,
                        "envoy_cluster_name",
                    ),
                    sums(
                        "Under way",
                        `envoy_cluster_upstream_rq_active{${ALL}}`,
                        "envoy_cluster_name",
                    ),
                ],
            },
        ],
    },
    {
        name: "gateway-clients",
        title: "Clients of the gateway",
        purpose: "Who is connected, with which certificates, and how long people wait in all.",
        rows: [
            {
                title: "Clients",
                panels: [
                    sums(
                        "Connections",
                        `envoy_listener_downstream_cx_active{${PROXY}}`,
                        "envoy_listener_address",
                    ),
                    rates(
                        "Requests",
                        `envoy_http_downstream_rq_total{${PROXY}}`,
                        "envoy_http_conn_manager_prefix",
                        {
                            unit: "reqps",
                        },
                    ),
                    slowest(
                        "Slowest of a hundred requests",
                        `envoy_http_downstream_rq_time_bucket{${PROXY}}`,
                        "envoy_http_conn_manager_prefix",
                        { unit: "ms" },
                    ),
                    rates("Sent", `envoy_http_downstream_cx_tx_bytes_total{${PROXY}}`, "pod", {
                        unit: "Bps",
                    }),
                ],
            },
            {
                title: "Proxies",
                panels: [
                    table(
                        "Time left of certificates",
                        `sort(min by (envoy_tls_certificate) (envoy_listener_ssl_certificate_expiration_unix_time_seconds{${PROXY}}) - time())`,
                        { unit: "s" },
                    ),
                    highest("Memory", `envoy_server_memory_allocated{${PROXY}}`, "pod", {
                        unit: "bytes",
                    }),
                    highest("Up since", `envoy_server_uptime{${PROXY}}`, "pod", { unit: "s" }),
                ],
            },
        ],
    },
    {
        name: "gateway-controller",
        title: "Controller of the gateway",
        purpose: "Whether routes reach the proxies as they are declared.",
        rows: [
            {
                title: "Configuration",
                panels: [
                    rates("Sent to proxies", `xds_snapshot_update_total{${CONTROLLER}}`, "status"),
                    rates("Refused by proxies", `xds_nack_total{${CONTROLLER}}`, "nodeID"),
                    rates("Objects applied", `resource_apply_total{${CONTROLLER}}`, "kind, status"),
                ],
            },
            {
                title: "Work",
                panels: [
                    highest("Queues", `watchable_depth{${CONTROLLER}}`, "runner"),
                    rates("Handled", `watchable_subscribe_total{${CONTROLLER}}`, "runner, status"),
                    rates("States written", `status_update_total{${CONTROLLER}}`, "kind, status"),
                    answering("envoy-gateway"),
                ],
            },
        ],
    },
];
