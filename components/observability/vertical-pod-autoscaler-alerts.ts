/** Metrics and alerts of what recommends requests. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { recommenderPods, stateMetricsOfRecommendations } from "./recommendations";

const JOB = 'job="vpa-recommender"';

export const verticalPodAutoscalerScrapes: readonly Scrape[] = [
    {
        name: "vpa-recommender",
        pods: recommenderPods,
        port: "prometheus",
        number: 8942,
        metrics: [
            {
                source: "autoscaler vertical-pod-autoscaler/v1.7.1: pkg/utils/metrics/recommender/recommender.go",
                names: [
                    "vpa_recommender_aggregate_container_states_count",
                    "vpa_recommender_metric_server_responses",
                    "vpa_recommender_vpa_objects_count",
                ],
            },
        ],
    },
    stateMetricsOfRecommendations,
];

/** Upstream publishes no rules. */
export const verticalPodAutoscalerAlerts: readonly Alert[] = [
    {
        name: "VpaRecommenderDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "1h",
        severity: "warning",
        summary: "No recommender of requests answers",
        description:
            "Recommendations stay as they are and grow old. Pods are neither changed nor moved by it.",
    },
    {
        name: "VpaRecommenderSeesNothing",
        expression:
            `sum(increase(vpa_recommender_metric_server_responses{${JOB}, is_error="true"}[1h])) ` +
            `/ sum(increase(vpa_recommender_metric_server_responses{${JOB}}[1h])) > 0.5`,
        for: "1h",
        severity: "warning",
        summary: "The recommender of requests gets no usage from the metrics API",
        description: "What it recommends follows from hours that are over.",
    },
    {
        name: "VpaRecommendationsMissing",
        expression: `max(sum by (pod) (vpa_recommender_vpa_objects_count{${JOB}, has_recommendation="false", matches_pods="true"})) > 0`,
        for: "1d",
        severity: "info",
        summary: "{{ $value }} workloads have had no recommendation for a day",
        description: "Their requests are compared with nothing.",
    },
];
