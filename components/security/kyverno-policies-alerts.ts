/** Alerts of the admission policies. Their metrics are those of Kyverno. Pure. */
import type { Alert } from "../base/alert";

/** Results of the policies about signatures (kyverno v1.19.0: pkg/metrics/ivpol.go). */
const unsigned =
    'kyverno_image_validating_policy_results_total{job="kyverno-admission-controller", result=~"fail|error"}';

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
    {
        name: "ImageNotSigned",
        // A counter begins with its first result, which increase does not see.
        expression:
            `sum by (policy_name, resource_namespace) (${unsigned} unless ${unsigned} offset 1h) > 0 ` +
            `or sum by (policy_name, resource_namespace) (increase(${unsigned}[1h])) > 0`,
        for: "1m",
        severity: "warning",
        summary:
            "{{ $labels.policy_name }} found an image in {{ $labels.resource_namespace }} without it",
        description:
            "Its source signs, and the signature is not there, of somebody else, or could not be looked " +
            "at. With the setting audit the image runs all the same.",
    },
];
