/** Alerts of the admission policies. Their metrics are those of Kyverno. Pure. */
import type { Alert } from "../base/alert";

/**
 * Metrics of kyverno v1.19.0: pkg/metrics/vpol.go; values of `result` in
 * pkg/engine/api/rulestatus.go. That a policy refuses is its purpose and no alert.
 */
export const kyvernoPolicyAlerts: readonly Alert[] = [
    {
        name: "KyvernoPolicyError",
        expression:
            "sum by (policy_name) (rate(kyverno_validating_policy_results_total" +
            '{job="kyverno-admission-controller", result="error"}[10m])) > 0',
        for: "15m",
        severity: "warning",
        summary: "Policy {{ $labels.policy_name }} cannot be evaluated",
        description:
            "Its expression ends in an error for some objects. All policies here fail closed, so " +
            "these objects are refused although they may be in order.",
    },
];
