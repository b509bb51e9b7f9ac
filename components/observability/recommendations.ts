/** What the recommender says of each container, as series of kube-state-metrics. Pure. */
import type { ChartValues } from "../base/chart-renderer";
import { type CustomState, stateMetrics } from "../base/state-metrics";

/** Labels of the recommender's pods, as the chart vertical-pod-autoscaler 0.11.0 sets them. */
export const recommenderPods = {
    "app.kubernetes.io/name": "vertical-pod-autoscaler",
    "app.kubernetes.io/instance": "vpa",
    "app.kubernetes.io/component": "recommender",
} as const;

const PREFIX = "kube_verticalpodautoscaler";

/** Cores and bytes that are recommended, by namespace, workload and container. */
export const recommended = {
    cpu: `${PREFIX}_target_cpu_cores`,
    memory: `${PREFIX}_target_memory_bytes`,
} as const;

function series(name: string, resource: keyof typeof recommended, help: string): ChartValues {
    return {
        name: name.slice(PREFIX.length + 1),
        help,
        each: {
            type: "Gauge",
            gauge: {
                path: ["status", "recommendation", "containerRecommendations"],
                labelsFromPath: { container: ["containerName"] },
                valueFrom: ["target", resource],
            },
        },
    };
}

/** For kube-state-metrics, which knows this kind no longer by itself. */
export const recommendationState: CustomState = {
    group: "autoscaling.k8s.io",
    version: "v1",
    kind: "VerticalPodAutoscaler",
    resource: "verticalpodautoscalers",
    prefix: PREFIX,
    labelsFromPath: {
        namespace: ["metadata", "namespace"],
        target_kind: ["spec", "targetRef", "kind"],
        target_name: ["spec", "targetRef", "name"],
    },
    metrics: [
        series(recommended.cpu, "cpu", "Cores that are recommended."),
        series(recommended.memory, "memory", "Bytes that are recommended."),
    ],
};

/** What kube-state-metrics makes of them. */
export const stateMetricsOfRecommendations = stateMetrics("recommendations", {
    source: "components/observability/recommendations.ts, by kube-state-metrics v2.20.0: pkg/customresourcestate",
    names: [recommended.cpu, recommended.memory],
});
