/** Metrics and alerts of the Trivy operator. Pure. */
import type { Alert } from "../base/alert";
import { controllerMetrics } from "../base/dashboard";
import type { Scrape } from "../base/scrape";

/** Labels as in the chart trivy-operator 0.34.0. */
export const trivyOperatorPods = {
    "app.kubernetes.io/name": "trivy-operator",
    "app.kubernetes.io/instance": "trivy-operator",
} as const;

export const trivyOperatorScrapes: readonly Scrape[] = [
    {
        name: "trivy-operator",
        pods: trivyOperatorPods,
        port: "metrics",
        number: 8080,
        metrics: [
            {
                source: "trivy-operator v0.32.0: pkg/metrics/collector.go",
                names: [
                    "trivy_image_exposedsecrets",
                    "trivy_image_vulnerabilities",
                    "trivy_resource_configaudits",
                    "trivy_role_rbacassessments",
                ],
            },
            {
                source: "controller-runtime v0.23.1: pkg/internal/controller/metrics/metrics.go",
                names: controllerMetrics,
            },
        ],
    },
];

/** One image may run in many workloads, each with a report of its own. */
const BY_IMAGE = "max by (image_registry, image_repository, image_tag)";
const IMAGE = "{{ $labels.image_repository }}:{{ $labels.image_tag }}";

/** Upstream publishes no rules. */
export const trivyOperatorAlerts: readonly Alert[] = [
    {
        name: "TrivyCriticalVulnerabilityDetected",
        expression: `${BY_IMAGE} (trivy_image_vulnerabilities{job="trivy-operator", severity="Critical"}) > 0`,
        for: "10m",
        severity: "warning",
        summary: `${IMAGE} has {{ $value }} critical vulnerabilities`,
        description:
            "A newer version of the package is there. Whoever reaches the program may be able to take " +
            "it over; the report of the workload names each with the version that mends it.",
        explains: [
            {
                alerts: ["TrivyHighVulnerabilityCount"],
                equal: ["image_registry", "image_repository", "image_tag"],
            },
        ],
    },
    {
        name: "TrivyHighVulnerabilityCount",
        expression: `${BY_IMAGE} (trivy_image_vulnerabilities{job="trivy-operator", severity="High"}) > 20`,
        for: "24h",
        severity: "warning",
        summary: `${IMAGE} has {{ $value }} vulnerabilities of severity high`,
        description:
            "All of them have a newer version of the package. An image with so many is old, or its " +
            "publisher does not look after it.",
    },
    {
        name: "TrivyExposedSecretDetected",
        expression: `${BY_IMAGE} (trivy_image_exposedsecrets{job="trivy-operator", severity=~"Critical|High"}) > 0`,
        for: "10m",
        severity: "warning",
        summary: `${IMAGE} holds what looks like a secret`,
        description:
            "Whoever may pull the image can read it. The report names the file; keys that upstream " +
            "ships for its tests are found too.",
    },
    {
        name: "TrivyOperatorDown",
        expression: 'absent(up{job="trivy-operator"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "The Trivy operator does not answer",
        description:
            "Nothing new is scanned, and reports end after a day: vulnerabilities that become known " +
            "meanwhile are not told.",
        explains: [{ alerts: ["TrivyReportsMissing"] }],
    },
    {
        name: "TrivyReportsMissing",
        expression: 'absent(trivy_image_vulnerabilities{job="trivy-operator"})',
        for: "6h",
        severity: "warning",
        summary: "There is no report of a scan",
        description:
            "Scans fail: the server cannot load its database, or the Jobs do not reach it or the " +
            "registries. No vulnerability would be told.",
    },
];
