/** Metrics, alerts and the promise of the registry of schemas; upstream publishes no rules. Pure. */
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";
import { stateMetrics } from "../base/state-metrics";
import { registryPods, registryPorts, SCHEMA_REGISTRY } from "./schema-registry-names";

export const schemaRegistryScrapes: readonly Scrape[] = [
    {
        name: SCHEMA_REGISTRY,
        pods: registryPods,
        port: "management",
        number: registryPorts.management,
        metrics: [
            {
                source: "apicurio-registry v3.3.1: app/src/main/java/io/apicurio/registry/metrics/MetricsConstants.java, RestMetricsResponseFilter.java, StorageMetricsInterceptor.java (timers of Micrometer)",
                names: [
                    "rest_requests_seconds_count",
                    "rest_requests_seconds_sum",
                    "storage_method_call_seconds_count",
                    "storage_method_call_seconds_sum",
                ],
            },
        ],
    },
    stateMetrics("schema-registry-operator", {
        source: "kube-state-metrics v2.20.0: internal/store/deployment.go",
        names: ["kube_deployment_status_replicas_available"],
    }),
];

const JOB = `job="${SCHEMA_REGISTRY}"`;
const requests = (matchers = "") =>
    `sum(rate(rest_requests_seconds_count{${JOB}${matchers}}[15m]))`;

export const schemaRegistryAlerts: readonly Alert[] = [
    {
        name: "SchemaRegistryDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "10m",
        severity: "critical",
        summary: "No registry of schemas answers",
        description:
            "Programs that have read their schemas go on; what starts now cannot, and new schemas wait.",
    },
    {
        name: "SchemaRegistryRequestsFailing",
        expression: `${requests(', status_code_group="5xx"')} / (${requests()} > 0) > 0.1`,
        for: "15m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the requests for schemas fail",
        description: "Its database does not answer, mostly.",
    },
    {
        name: "SchemaRegistryOperatorDown",
        expression:
            `sum(kube_deployment_status_replicas_available{job="kube-state-metrics", namespace="${SCHEMA_REGISTRY}", ` +
            'deployment=~"apicurio-registry-operator.*"}) == 0',
        for: "30m",
        severity: "warning",
        summary: "Nobody looks after the registry of schemas",
        description: "The registry goes on; a change of it, and an update, wait.",
    },
];

/** Whoever starts and writes or reads records needs it once. */
export const schemaRegistryObjectives: readonly Objective[] = [
    {
        name: "schema-registry-availability",
        percent: 99.5,
        indicator: { share: `max(up{${JOB}}) or vector(0)` },
        description: "One of the registries of schemas answers.",
        alert: "SchemaRegistryErrorBudgetBurn",
    },
];
