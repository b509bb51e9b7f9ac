/** Admission. Pure. */
import { answering, type Dashboard, lines, number } from "../base/dashboard";

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
];
