/** The control plane, and what collects metrics. Pure. */
import { answering, type Dashboard, lines, number, table } from "../base/dashboard";

const API = 'job="apiserver"';
const ETCD = 'job="kube-etcd"';
const SERVER = 'job="prometheus"';
const MANAGER = 'job="alertmanager"';

/** The Kubernetes API with etcd, and Prometheus with Alertmanager. */
export const prometheusDashboards: readonly Dashboard[] = [
    {
        name: "control-plane",
        title: "Control plane",
        purpose: "Whether the Kubernetes API and etcd answer, and how fast.",
        rows: [
            {
                title: "API",
                panels: [
                    number(
                        "Share of errors",
                        `(sum(rate(apiserver_request_total{${API}, code=~"5.."}[5m])) or vector(0)) / (sum(rate(apiserver_request_total{${API}}[5m])) > 0)`,
                        {
                            unit: "percentunit",
                            thresholds: { warning: 0.001, bad: 0.05 },
                            overview: true,
                        },
                    ),
                    lines(
                        "Requests by code",
                        `sum by (code) (rate(apiserver_request_total{${API}}[$__rate_interval]))`,
                        "{{ code }}",
                        { unit: "reqps" },
                    ),
                    answering("apiserver|kube-scheduler|kube-controller-manager|kube-etcd"),
                ],
            },
            {
                title: "etcd",
                panels: [
                    number("Members with a leader", `sum(etcd_server_has_leader{${ETCD}})`, {
                        thresholds: { warning: 3, bad: 2 },
                        overview: true,
                    }),
                    lines(
                        "Slowest of a hundred writes to disk",
                        `histogram_quantile(0.99, sum by (instance, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket{${ETCD}}[$__rate_interval])))`,
                        "{{ instance }}",
                        { unit: "s" },
                    ),
                    lines(
                        "Database of its quota",
                        `etcd_mvcc_db_total_size_in_bytes{${ETCD}} / etcd_server_quota_backend_bytes{${ETCD}}`,
                        "{{ instance }}",
                        { unit: "percentunit" },
                    ),
                ],
            },
        ],
    },
    {
        name: "monitoring",
        title: "Monitoring",
        purpose: "Whether everything is scraped, rules are evaluated and messages arrive.",
        rows: [
            {
                title: "Prometheus",
                panels: [
                    table("Targets that do not answer", "count by (namespace, job) (up == 0)"),
                    lines(
                        "Rules that fail",
                        `sum by (pod) (rate(prometheus_rule_evaluation_failures_total{${SERVER}}[$__rate_interval]))`,
                        "{{ pod }}",
                        { unit: "ops" },
                    ),
                    answering("prometheus|alertmanager|prometheus-operator"),
                ],
            },
            {
                title: "Messages",
                panels: [
                    lines(
                        "Sent",
                        `sum by (integration) (rate(alertmanager_notifications_total{${MANAGER}}[$__rate_interval]))`,
                        "{{ integration }}",
                        { unit: "ops" },
                    ),
                    lines(
                        "Failed",
                        `sum by (integration) (rate(alertmanager_notifications_failed_total{${MANAGER}}[$__rate_interval]))`,
                        "{{ integration }}",
                        { unit: "ops" },
                    ),
                ],
            },
        ],
    },
];
