/**
 * How a new version is judged while it gets a part of the requests (argo-rollouts v1.9.0:
 * metricproviders/prometheus, utils/evaluate). Pure.
 */
import type { Manifest } from "../base/object";

/** Templates that every Rollout may name, with `clusterScope: true`. */
export const analyses = { errorRate: "error-rate", latency: "latency" } as const;

/** Part of the requests that a new version may fail. */
const MOST_ERRORS = 0.05;
/** Seconds within which it must answer 95 of a hundred. */
const SLOWEST = 0.5;

/**
 * Metrics of HTTP servers that the templates ask for, in the names of Prometheus' own conventions:
 * a counter with the label `status`, and a histogram of seconds.
 */
export const analysedMetrics = {
    requests: "http_requests_total",
    duration: "http_request_duration_seconds_bucket",
} as const;

/** The pods of the new version: names of ReplicaSets end with the digest of their template. */
const PODS = 'namespace="{{args.namespace}}",pod=~"{{args.workload}}-{{args.canary}}-.*"';

interface Measure {
    readonly name: string;
    readonly query: string;
    /** Highest value with which it goes on. */
    readonly most: number;
}

const measures: readonly Measure[] = [
    {
        name: analyses.errorRate,
        query:
            `sum(rate(${analysedMetrics.requests}{${PODS},status=~"5.."}[2m]) or vector(0)) / ` +
            `sum(rate(${analysedMetrics.requests}{${PODS}}[2m]))`,
        most: MOST_ERRORS,
    },
    {
        name: analyses.latency,
        query: `histogram_quantile(0.95, sum by (le) (rate(${analysedMetrics.duration}{${PODS}}[2m])))`,
        most: SLOWEST,
    },
];

/**
 * The templates. A version that exceeds a value three times is taken back; one about which nothing
 * can be said, because nobody asks it anything, waits for a person instead of going on.
 *
 * @param address of Prometheus
 */
export function analysisTemplates(address: string): Manifest[] {
    return measures.map(({ name, query, most }) => {
        const value = "len(result) > 0 && !isNaN(result[0])";
        return {
            apiVersion: "argoproj.io/v1alpha1",
            kind: "ClusterAnalysisTemplate",
            metadata: { name },
            spec: {
                args: [{ name: "namespace" }, { name: "workload" }, { name: "canary" }],
                metrics: [
                    {
                        name,
                        initialDelay: "2m",
                        interval: "30s",
                        failureLimit: 2,
                        // So few that it stops before the first pause of a canary ends.
                        inconclusiveLimit: 6,
                        consecutiveErrorLimit: 4,
                        successCondition: `${value} && result[0] <= ${most}`,
                        failureCondition: `${value} && result[0] > ${most}`,
                        provider: { prometheus: { address, query, timeout: 20 } },
                    },
                ],
            },
        };
    });
}

/** The analysis that runs beside a canary, of a workload in a namespace. */
export function analysisOf(namespace: string, workload: string) {
    return {
        templates: Object.values(analyses).map((templateName) => ({
            templateName,
            clusterScope: true,
        })),
        args: [
            { name: "namespace", value: namespace },
            { name: "workload", value: workload },
            { name: "canary", valueFrom: { podTemplateHashValue: "Latest" } },
        ],
    };
}
