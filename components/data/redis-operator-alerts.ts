/** Metrics and alerts of the Redis operator. Pure. */
import type { Alert } from "../base/alert";
import { controllerMetrics } from "../base/dashboard";
import type { Scrape } from "../base/scrape";

/** Labels and port as in the chart redis-operator 0.26.1; `metrics.enabled` is its default. */
export const redisOperatorScrapes: readonly Scrape[] = [
    {
        name: "redis-operator",
        pods: { name: "redis-operator" },
        port: "metrics",
        number: 8080,
        metrics: [
            {
                source: "controller-runtime v0.17.2: pkg/internal/controller/metrics/metrics.go",
                names: controllerMetrics,
            },
        ],
    },
];

/** Upstream publishes no rules. */
export const redisOperatorAlerts: readonly Alert[] = [
    {
        name: "RedisOperatorDown",
        expression: 'absent(up{job="redis-operator"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "No Redis operator answers",
        description:
            "Redis goes on and sentinels still elect masters, but the Service of the master does not " +
            "follow: after a failover clients write to a replica and are refused.",
    },
    {
        name: "RedisReconcileErrors",
        expression:
            "sum by (controller) (rate(controller_runtime_reconcile_errors_total" +
            '{job="redis-operator"}[15m])) > 0',
        for: "30m",
        severity: "warning",
        summary: "Controller {{ $labels.controller }} of the Redis operator keeps failing",
        description:
            "It cannot bring a Redis or its sentinels into the wanted state, and probably does not " +
            "keep the label of the master either.",
    },
];
