/** What is scaled, by what, and how far. Pure. */
import { answering, type Dashboard, lines, rates } from "../base/dashboard";

const JOB = 'job="keda-operator"';
const STATE = 'job="kube-state-metrics"';
const BY = "namespace, horizontalpodautoscaler";
const scaler = (metric: string) =>
    `max by (exported_namespace, scaledObject) (keda_scaler_${metric}{${JOB}})`;
const replicas = (field: string) =>
    `max by (${BY}) (kube_horizontalpodautoscaler_${field}_replicas{${STATE}})`;
const CALLED = "{{ exported_namespace }}/{{ scaledObject }}";
const AUTOSCALER = "{{ namespace }}/{{ horizontalpodautoscaler }}";

export const kedaDashboards: readonly Dashboard[] = [
    {
        name: "autoscaling",
        title: "Autoscaling",
        purpose: "What is scaled by its queue, and whether it has reached its most.",
        rows: [
            {
                title: "Workloads",
                panels: [
                    lines("Pods wanted", replicas("status_desired"), AUTOSCALER),
                    lines("Pods there", replicas("status_current"), AUTOSCALER),
                    lines(
                        "Share of the most",
                        `${replicas("status_desired")} / ${replicas("spec_max")}`,
                        AUTOSCALER,
                        { unit: "percentunit" },
                    ),
                    lines("Pods at least", replicas("spec_min"), AUTOSCALER),
                ],
            },
            {
                title: "What they are measured by",
                panels: [
                    lines("Value of the trigger", scaler("metrics_value"), CALLED),
                    lines("Active", scaler("active"), CALLED),
                    rates(
                        "Measurements that failed",
                        `keda_scaler_detail_errors_total{${JOB}}`,
                        "scaledObject",
                    ),
                    lines("Time of a measurement", scaler("metrics_latency_seconds"), CALLED, {
                        unit: "s",
                    }),
                ],
            },
            {
                title: "Operator",
                panels: [
                    rates("Errors", `keda_scaled_object_errors_total{${JOB}}`, "scaledObject"),
                    answering("keda-operator|keda-metrics-server|keda-webhooks"),
                ],
            },
        ],
    },
];
