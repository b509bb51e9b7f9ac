/** Metrics and alerts of the CloudNativePG operator. Pure. */
import type { Alert } from "../base/alert";
import { controllerMetrics } from "../base/dashboard";
import type { Scrape } from "../base/scrape";

/** Labels and port as in the chart cloudnative-pg 0.29.0. */
export const cloudNativePgScrapes: readonly Scrape[] = [
    {
        name: "cloudnative-pg",
        pods: {
            "app.kubernetes.io/name": "cloudnative-pg",
            "app.kubernetes.io/instance": "cloudnative-pg",
        },
        port: "metrics",
        number: 8080,
        metrics: [
            {
                source: "controller-runtime v0.24.1: pkg/internal/controller/metrics/metrics.go",
                names: controllerMetrics,
            },
        ],
    },
];

/** Upstream has rules for databases only; those are in `postgres-alerts.ts`. */
export const cloudNativePgAlerts: readonly Alert[] = [
    {
        name: "CNPGOperatorDown",
        expression: 'absent(up{job="cloudnative-pg"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "No CloudNativePG operator answers",
        description:
            "Databases go on. When a primary is lost meanwhile, no standby takes its place, and " +
            "changes of clusters are refused.",
    },
    {
        name: "CNPGReconcileErrors",
        expression:
            "sum by (controller) (rate(controller_runtime_reconcile_errors_total" +
            '{job="cloudnative-pg"}[15m])) > 0',
        for: "1h",
        severity: "warning",
        summary:
            "Controller {{ $labels.controller }} of CloudNativePG has been failing for an hour",
        description:
            "What a resource of it says is not put into practice: a cluster, a backup or a pooler " +
            "stays as it was.",
    },
];
