/** Metrics, alerts and dashboard of what scales by queues. Pure. */
import type { Alert } from "../base/alert";
import type { MetricSource, Scrape } from "../base/scrape";
import { stateMetrics } from "../base/state-metrics";

/** Labels of the pods, as the chart keda 2.20.2 sets them. */
export const kedaPods = {
    operator: { app: "keda-operator" },
    metricsServer: { app: "keda-operator-metrics-apiserver" },
    webhooks: { app: "keda-admission-webhooks" },
} as const;

/** Ports of the pods: of what the metrics API asks the operator for, of that API, and of webhooks. */
export const kedaPorts = { questions: 9666, api: 6443, webhooks: 9443, metrics: 8080 } as const;

function part(
    name: string,
    pods: Readonly<Record<string, string>>,
    metrics: readonly MetricSource[],
): Scrape {
    return { name, pods, port: "metrics", number: kedaPorts.metrics, metrics };
}

export const kedaScrapes: readonly Scrape[] = [
    part("keda-operator", kedaPods.operator, [
        {
            source: "keda v2.20.2: pkg/metricscollector/prommetrics.go",
            names: [
                "keda_scaled_object_errors_total",
                "keda_scaler_active",
                "keda_scaler_detail_errors_total",
                "keda_scaler_metrics_latency_seconds",
                "keda_scaler_metrics_value",
            ],
        },
    ]),
    part("keda-metrics-server", kedaPods.metricsServer, []),
    part("keda-webhooks", kedaPods.webhooks, []),
    stateMetrics("autoscalers", {
        source: "kube-state-metrics v2.20.0: internal/store/horizontalpodautoscaler.go",
        names: [
            "kube_horizontalpodautoscaler_spec_max_replicas",
            "kube_horizontalpodautoscaler_spec_min_replicas",
            "kube_horizontalpodautoscaler_status_current_replicas",
            "kube_horizontalpodautoscaler_status_desired_replicas",
        ],
    }),
];

const OF_SCALER = "sum by (exported_namespace, scaledObject)";

/** Upstream publishes no rules. */
export const kedaAlerts: readonly Alert[] = [
    {
        name: "KedaOperatorDown",
        expression: 'absent(up{job="keda-operator"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "KEDA's operator does not answer: nothing is scaled by its queue",
        description:
            "Every workload stays at the number of pods that it has. Queues grow when more comes in than these can do.",
    },
    {
        name: "KedaMetricsServerDown",
        expression: 'absent(up{job="keda-metrics-server"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "Autoscalers get no lengths of queues from KEDA",
        description: "Every workload stays at the number of pods that it has.",
    },
    {
        name: "KedaWebhooksDown",
        expression: 'absent(up{job="keda-webhooks"} == 1)',
        for: "1h",
        severity: "warning",
        summary: "Nobody checks what ScaledObjects say",
        description:
            "Two autoscalers for one workload, or a trigger that cannot work, are accepted meanwhile.",
    },
    {
        name: "KedaScalerErrors",
        expression: `${OF_SCALER} (rate(keda_scaler_detail_errors_total{job="keda-operator"}[10m])) > 0`,
        for: "15m",
        severity: "warning",
        summary:
            "KEDA cannot measure for {{ $labels.exported_namespace }}/{{ $labels.scaledObject }}",
        description:
            "It keeps the number of pods that its fallback says, however long the queue is.",
    },
    {
        name: "AutoscalerAtMost",
        expression:
            'max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_desired_replicas{job="kube-state-metrics"}) ' +
            '>= max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_max_replicas{job="kube-state-metrics"})',
        for: "1h",
        severity: "warning",
        summary:
            "{{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} has been at its most for an hour",
        description:
            "More comes in than so many pods can do, or a few long ones occupy all of them.",
    },
];
