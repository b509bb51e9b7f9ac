/** Metrics and alerts of Argo Rollouts. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";

/** Name of everything that is the chart's: its namespace, the controller, the ServiceAccount. */
export const ARGO_ROLLOUTS = "argo-rollouts";

/** Labels of the controllers, as the chart sets them. */
export const argoRolloutsPods = {
    "app.kubernetes.io/name": ARGO_ROLLOUTS,
    "app.kubernetes.io/instance": ARGO_ROLLOUTS,
    "app.kubernetes.io/component": "rollouts-controller",
} as const;

/** The port is that of the chart. */
export const argoRolloutsScrapes: readonly Scrape[] = [
    {
        name: ARGO_ROLLOUTS,
        pods: argoRolloutsPods,
        port: "metrics",
        number: 8090,
        metrics: [
            {
                source: "argo-rollouts v1.9.0: controller/metrics/prommetrics.go",
                names: [
                    "rollout_info",
                    "rollout_info_replicas_updated",
                    "rollout_info_replicas_desired",
                    "analysis_run_info",
                    "analysis_run_metric_phase",
                    "rollout_reconcile_error",
                ],
            },
        ],
    },
];

const JOB = `job="${ARGO_ROLLOUTS}"`;

/** Upstream has none. */
export const argoRolloutsAlerts: readonly Alert[] = [
    {
        name: "RolloutTakenBack",
        expression: `max by (exported_namespace, name) (rollout_info{${JOB},phase="Degraded"}) == 1`,
        for: "2m",
        severity: "warning",
        summary: "The new version of {{ $labels.name }} was taken back",
        description:
            "It had too many errors, was too slow or did not start. The old version serves everybody; the new one stays away until there is another.",
    },
    {
        name: "RolloutWaits",
        expression: `max by (exported_namespace, name) (rollout_info{${JOB},phase="Paused"}) == 1`,
        for: "6h",
        severity: "info",
        summary: "The new version of {{ $labels.name }} has waited for six hours",
        description:
            "Its analysis could say nothing, or a step waits for a person. A part of the requests goes to each version.",
    },
    {
        name: "ArgoRolloutsDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "Argo Rollouts does not answer",
        description:
            "Requests are divided as they are now. No version goes on and none is taken back.",
    },
];
