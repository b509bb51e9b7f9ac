/** Series of kube-state-metrics, which many systems tell it about themselves. Pure: no Pulumi. */
import type { MetricSource, Scrape } from "./scrape";

/** Labels of its pods, as the chart kube-prometheus-stack 88.5.3 sets them. */
export const stateMetricsPods = {
    "app.kubernetes.io/name": "kube-state-metrics",
    "app.kubernetes.io/instance": "kube-prometheus-stack",
} as const;

/**
 * Further series of the same pods and port as everything else of kube-state-metrics.
 *
 * @param name of what they are about, unique on the platform
 */
export function stateMetrics(name: string, source: MetricSource): Scrape {
    return {
        name,
        job: "kube-state-metrics",
        namespace: "monitoring",
        pods: stateMetricsPods,
        port: "http",
        number: 8080,
        byChart: true,
        metrics: [source],
    };
}
