/** Admission. Pure. */
import {
    answering,
    type Dashboard,
    highest,
    lines,
    number,
    rates,
    slowest,
} from "../base/dashboard";

const JOB = 'job="kyverno-admission-controller"';
const results = (result: string) =>
    `rate(kyverno_validating_policy_results_total{${JOB}, result="${result}"}[$__rate_interval])`;

/** What is refused, by policy, and how long judging takes. */
export const kyvernoDashboards: readonly Dashboard[] = [
    {
        name: "admission",
        title: "Admission",
        purpose: "What Kyverno refuses, by policy, and whether it keeps up.",
        rows: [
            {
                title: "Policies",
                panels: [
                    lines(
                        "Refused by policy",
                        `sum by (policy_name) (${results("fail")})`,
                        "{{ policy_name }}",
                        { unit: "ops" },
                    ),
                    lines(
                        "Policies that cannot be evaluated",
                        `sum by (policy_name) (${results("error")})`,
                        "{{ policy_name }}",
                        { unit: "ops" },
                    ),
                    rates(
                        "Signatures of images",
                        `kyverno_image_validating_policy_results_total{${JOB}}`,
                        "policy_name, result",
                    ),
                ],
            },
            {
                title: "Controllers",
                panels: [
                    number(
                        "Slowest of a hundred reviews",
                        `histogram_quantile(0.99, sum by (le) (rate(kyverno_admission_review_duration_seconds_bucket{${JOB}}[10m])))`,
                        { unit: "s", thresholds: { warning: 1, bad: 5 } },
                    ),
                    lines(
                        "Requests",
                        `sum by (resource_kind) (rate(kyverno_admission_requests_total{${JOB}}[$__rate_interval]))`,
                        "{{ resource_kind }}",
                        { unit: "reqps" },
                    ),
                    answering("kyverno-.*"),
                ],
            },
        ],
    },
    {
        name: "policies",
        title: "Policies",
        purpose: "What each policy judges, for whom, and how long it takes.",
        choices: [{ label: "policy_name", of: `kyverno_validating_policy_results_total{${JOB}}` }],
        rows: [
            {
                title: "Results",
                panels: [
                    rates(
                        "By result",
                        `kyverno_validating_policy_results_total{${JOB}, policy_name=~"$policy_name"}`,
                        "result",
                    ),
                    rates(
                        "Refused, by namespace",
                        `kyverno_validating_policy_results_total{${JOB}, policy_name=~"$policy_name", result="fail"}`,
                        "resource_namespace, resource_kind",
                    ),
                    slowest(
                        "Slowest of a hundred",
                        `kyverno_validating_policy_execution_duration_seconds_bucket{${JOB}, policy_name=~"$policy_name"}`,
                        "policy_name",
                    ),
                ],
            },
            {
                title: "Controllers",
                panels: [
                    rates(
                        "Reconciliations",
                        'kyverno_controller_reconcile_total{job=~"kyverno-admission-controller|kyverno-background-controller|kyverno-cleanup-controller|kyverno-reports-controller"}',
                        "controller_name",
                    ),
                    rates(
                        "Given up",
                        'kyverno_controller_drop_total{job=~"kyverno-admission-controller|kyverno-background-controller|kyverno-cleanup-controller|kyverno-reports-controller"}',
                        "controller_name",
                    ),
                    rates(
                        "Reports not written",
                        `kyverno_breaker_drops_total{${JOB}}`,
                        "circuit_name",
                    ),
                    highest("Version", `kyverno_info{${JOB}}`, "version"),
                ],
            },
        ],
    },
];
