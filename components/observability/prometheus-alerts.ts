/** Metrics and alerts of what collects metrics and sends alerts. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { monitoringPorts } from "../../operators/prometheus-operator";
import { RELEASE, stackPods } from "./kube-prometheus-stack-values";

/** Port name as in kube-prometheus-stack 88.5.3 (`portName`), labels as the operator gives them. */
export const prometheusScrapes: readonly Scrape[] = [
    {
        name: "prometheus",
        pods: stackPods.prometheus,
        port: "http-web",
        number: monitoringPorts.prometheus,
        metrics: [
            {
                source: "prometheus v3.14.0: cmd/prometheus/main.go, notifier/metric.go, rules/group.go, tsdb/db.go",
                names: [
                    "prometheus_config_last_reload_successful",
                    "prometheus_notifications_alertmanagers_discovered",
                    "prometheus_notifications_errors_total",
                    "prometheus_notifications_sent_total",
                    "prometheus_rule_evaluation_failures_total",
                    "prometheus_tsdb_size_retentions_total",
                ],
            },
        ],
    },
    {
        name: "alertmanager",
        pods: stackPods.alertmanager,
        port: "http-web",
        number: monitoringPorts.alertmanager,
        metrics: [
            {
                source: "alertmanager v0.34.0: cluster/cluster.go, config/coordinator.go, notify/notify.go",
                names: [
                    "alertmanager_cluster_members",
                    "alertmanager_config_last_reload_successful",
                    "alertmanager_notifications_failed_total",
                    "alertmanager_notifications_total",
                ],
            },
        ],
    },
    {
        name: "prometheus-operator",
        pods: stackPods.operator,
        port: "https",
        number: 10_250,
        https: {
            serverName: `${RELEASE}-operator.monitoring.svc`,
            authority: { secret: `${RELEASE}-admission`, key: "ca.crt" },
        },
        metrics: [
            {
                source: "prometheus-operator v0.93.1: pkg/operator/operator.go",
                names: [
                    "prometheus_operator_managed_resources",
                    "prometheus_operator_reconcile_errors_total",
                ],
            },
        ],
    },
];

const SERVER = '{job="prometheus"}';
const MANAGER = '{job="alertmanager"}';

/** After the mixins of Prometheus, Alertmanager and the operator, which the chart 88.5.3 brings. */
export const prometheusAlerts: readonly Alert[] = [
    {
        name: "Watchdog",
        expression: "vector(1)",
        for: "1m",
        severity: "none",
        summary: "Alerts are evaluated and sent",
        description:
            "It always fires. The dead man's switch outside of the cluster raises the alarm when it " +
            "stops hearing of it.",
    },
    {
        name: "PrometheusTargetDown",
        expression:
            'count by (namespace, job) (up{job!=""} == 0) / count by (namespace, job) (up{job!=""}) > 0.1',
        for: "15m",
        severity: "warning",
        summary:
            "{{ $value | humanizePercentage }} of the targets of {{ $labels.job }} do not answer",
        description: "Nothing is known of them, and alerts on their metrics cannot fire.",
    },
    {
        name: "PrometheusConfigurationInvalid",
        expression: `prometheus_config_last_reload_successful${SERVER} == 0`,
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.pod }} refuses its configuration",
        description: "It goes on with the last one that it accepted: new targets and rules wait.",
    },
    {
        name: "PrometheusRulesFailing",
        expression: `sum by (pod) (increase(prometheus_rule_evaluation_failures_total${SERVER}[5m])) > 0`,
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.pod }} cannot evaluate some of its rules",
        description: "An alert among them does not fire, whatever happens.",
    },
    {
        name: "PrometheusAlertsNotSent",
        expression:
            `sum by (pod) (rate(prometheus_notifications_errors_total${SERVER}[5m])) ` +
            `/ sum by (pod) (rate(prometheus_notifications_sent_total${SERVER}[5m])) > 0.5 ` +
            `or max by (pod) (prometheus_notifications_alertmanagers_discovered${SERVER}) < 1`,
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.pod }} cannot hand its alerts over",
        description:
            "As long as the other server can, nothing is lost; when neither can, nobody hears.",
    },
    {
        name: "PrometheusDropsEarly",
        expression: `sum by (pod) (increase(prometheus_tsdb_size_retentions_total${SERVER}[1d])) > 0`,
        for: "1h",
        severity: "warning",
        summary: "{{ $labels.pod }} drops metrics for lack of room",
        description: "It holds more series than it was sized for, and keeps them for fewer days.",
    },
    {
        name: "AlertmanagerNotificationsFailing",
        expression:
            `sum by (integration) (rate(alertmanager_notifications_failed_total${MANAGER}[15m])) ` +
            `/ sum by (integration) (rate(alertmanager_notifications_total${MANAGER}[15m])) > 0.5`,
        for: "15m",
        severity: "critical",
        summary: "Messages by {{ $labels.integration }} do not arrive",
        description:
            "Half of them or more are refused. Critical alerts have a second way, warnings may have none.",
    },
    {
        name: "AlertmanagerConfigurationInvalid",
        expression: `alertmanager_config_last_reload_successful${MANAGER} == 0`,
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.pod }} refuses its configuration",
        description:
            "It goes on with the last one: alerts take the old ways, or none after a restart.",
    },
    {
        name: "AlertmanagerMembersMissing",
        expression:
            `min(alertmanager_cluster_members${MANAGER}) ` +
            `< max(kube_statefulset_replicas{job="kube-state-metrics", statefulset="alertmanager-${RELEASE}"})`,
        for: "15m",
        severity: "warning",
        summary: "The members of Alertmanager do not all know each other",
        description: "Messages come twice, and silences do not hold everywhere.",
    },
    {
        name: "KubeStateMetricsShardMissing",
        expression:
            'max(kube_state_metrics_total_shards{job="kube-state-metrics"}) ' +
            '> count(up{job="kube-state-metrics", endpoint="http"} == 1) ' +
            'or absent(up{job="kube-state-metrics", endpoint="http"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "Some of Kubernetes' objects have no metrics",
        description:
            "Each shard of kube-state-metrics knows a part; alerts on the others cannot fire.",
    },
    {
        name: "PrometheusOperatorDown",
        expression: 'absent(up{job="prometheus-operator"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "The Prometheus operator does not answer",
        description: "Prometheus and Alertmanager go on; new monitors, rules and routes wait.",
        explains: [{ alerts: ["PrometheusOperatorErrors"] }],
    },
    {
        name: "PrometheusOperatorErrors",
        expression:
            'sum by (controller) (increase(prometheus_operator_reconcile_errors_total{job="prometheus-operator"}[10m])) > 0',
        for: "30m",
        severity: "warning",
        summary: "The Prometheus operator fails at {{ $labels.controller }}",
        description: "What it should change stays as it was.",
    },
    {
        name: "PrometheusOperatorRejects",
        expression:
            "sum by (controller, resource) (prometheus_operator_managed_resources" +
            '{job="prometheus-operator", state="rejected"}) > 0',
        for: "15m",
        severity: "warning",
        summary: "The Prometheus operator takes no notice of some {{ $labels.resource }}",
        description:
            "They are wrong or name a Secret that is not there; what they ask for is not done.",
    },
];
