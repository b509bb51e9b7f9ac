/** Metrics and alerts of Kyverno. Pure. */
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { MetricSource, Scrape } from "../base/scrape";

/** One controller; labels and ports as in the chart kyverno 3.9.0. */
function controller(component: string, port: string, metrics: readonly MetricSource[]): Scrape {
    return {
        name: `kyverno-${component}`,
        pods: {
            "app.kubernetes.io/component": component,
            "app.kubernetes.io/instance": "kyverno",
            "app.kubernetes.io/part-of": "kyverno",
        },
        port,
        number: 8000,
        metrics,
    };
}

/** What every controller of Kyverno counts. */
const controllers: MetricSource = {
    source: "kyverno v1.19.0: pkg/metrics/controller.go",
    names: ["kyverno_controller_drop_total", "kyverno_controller_reconcile_total"],
};

/**
 * Names of OpenTelemetry counters get `_total` and those of histograms `_bucket`, `_sum`, `_count`
 * by its exporter for Prometheus (kyverno v1.19.0: pkg/metrics/metrics.go).
 */
export const kyvernoScrapes: readonly Scrape[] = [
    controller("admission-controller", "metrics-port", [
        controllers,
        {
            source: "kyverno v1.19.0: pkg/metrics/{breaker,metrics,vpol}.go",
            names: [
                "kyverno_breaker_drops_total",
                "kyverno_info",
                "kyverno_validating_policy_execution_duration_seconds_bucket",
            ],
        },
        {
            source: "kyverno v1.19.0: pkg/metrics/admission.go",
            names: [
                "kyverno_admission_requests_total",
                "kyverno_admission_review_duration_seconds_bucket",
            ],
        },
        {
            source: "kyverno v1.19.0: pkg/metrics/{ivpol,vpol}.go",
            names: [
                "kyverno_image_validating_policy_results_total",
                "kyverno_validating_policy_results_total",
            ],
        },
    ]),
    controller("background-controller", "metrics", [controllers]),
    controller("cleanup-controller", "metrics", [controllers]),
    controller("reports-controller", "metrics", [controllers]),
];

/** Upstream's chart has a place for rules (`prometheusRule.spec`), but none of its own. */
export const kyvernoAlerts: readonly Alert[] = [
    {
        name: "KyvernoAdmissionDown",
        expression: 'absent(up{job="kyverno-admission-controller"} == 1)',
        for: "5m",
        severity: "critical",
        summary: "No admission controller of Kyverno answers",
        description:
            "It fails closed: outside of the exempt namespaces no pod can be created, not even in " +
            "place of one that died, and deployments are refused.",
        explains: [{ alerts: ["KyvernoAdmissionSlow"] }],
    },
    {
        name: "KyvernoAdmissionSlow",
        expression:
            "histogram_quantile(0.99, sum by (le) (rate(kyverno_admission_review_duration_seconds_bucket" +
            '{job="kyverno-admission-controller"}[10m]))) > 5',
        for: "15m",
        severity: "warning",
        summary: "Kyverno takes {{ $value | humanizeDuration }} to judge a request",
        description:
            "The API server waits ten seconds for its answer. One in a hundred requests takes half " +
            "of that and more; beyond it objects are refused.",
    },
    {
        name: "KyvernoControllerDown",
        expression:
            'absent(up{job="kyverno-background-controller"} == 1) ' +
            'or absent(up{job="kyverno-cleanup-controller"} == 1) ' +
            'or absent(up{job="kyverno-reports-controller"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.job }} does not answer",
        description:
            "Admission goes on. Meanwhile nothing generates, cleans up or reports, whichever of the " +
            "three it is; the webhook of the cleanup controller refuses cleanup policies.",
    },
];

/** Pods can be made and changed: each one is judged first. */
export const kyvernoObjectives: readonly Objective[] = [
    {
        name: "admission-availability",
        percent: 99.9,
        indicator: { share: 'max(up{job="kyverno-admission-controller"}) or vector(0)' },
        description: "One of the admission controllers of Kyverno answers.",
        alert: "AdmissionErrorBudgetBurn",
    },
];
