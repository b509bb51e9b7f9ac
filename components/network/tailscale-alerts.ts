/** Metrics and alerts of the Tailscale operator. Pure. */
import type { Alert } from "../base/alert";
import { controllerMetrics } from "../base/dashboard";
import type { Scrape } from "../base/scrape";

/** Labels of the operator's pod, and where its controllers offer metrics by default. */
export const tailscaleOperatorPods = { app: "operator" } as const;
export const TAILSCALE_METRICS_PORT = 8080;

export const tailscaleScrapes: readonly Scrape[] = [
    {
        name: "tailscale-operator",
        pods: tailscaleOperatorPods,
        port: "metrics",
        number: TAILSCALE_METRICS_PORT,
        metrics: [
            {
                source: "controller-runtime v0.19.4: pkg/internal/controller/metrics/metrics.go",
                names: controllerMetrics,
            },
        ],
    },
];

/** Tailscale publishes no rules. */
export const tailscaleAlerts: readonly Alert[] = [
    {
        name: "TailscaleOperatorDown",
        expression: 'absent(up{job="tailscale-operator"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "The Tailscale operator does not answer",
        description:
            "Connectors go on, so people stay connected. A connector that is lost is not set up " +
            "anew, and changed routes are not told to the tailnet.",
    },
    {
        name: "TailscaleReconcileErrors",
        expression:
            "sum by (controller) (rate(controller_runtime_reconcile_errors_total" +
            '{job="tailscale-operator"}[10m])) > 0',
        for: "30m",
        severity: "warning",
        summary: "The Tailscale operator keeps failing at {{ $labels.controller }}",
        description:
            "It tries again and again. Mostly the OAuth client lacks a right or a tag, or a tag has " +
            "no owner in the policy of the tailnet.",
    },
];
