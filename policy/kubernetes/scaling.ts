/** How many pods a workload has at least, whoever decides it. */
import type { Fact, Facts, ObjectOf } from "../kernel/facts";
import { read, readString, type Reading } from "../kernel/tree";
import type { Workload } from "./workloads";

export type WorkloadFact = ObjectOf & { workload: Workload };

/** Whether a resource has a pod template. */
export function isWorkload(fact: Fact): fact is WorkloadFact {
    return fact.object !== undefined && fact.workload !== undefined;
}

/** Whether an autoscaler is about the workload. */
export function targets(scaler: ObjectOf, { object }: WorkloadFact): boolean {
    return (
        scaler.object.namespace === object.namespace &&
        readString(scaler.inputs, "spec", "scaleTargetRef", "name") === object.name &&
        // KEDA's default.
        (readString(scaler.inputs, "spec", "scaleTargetRef", "kind") ?? "Deployment") ===
            object.kind
    );
}

function minimum(scaler: Fact, field: string, fallback: number): Reading {
    const reading = read(scaler.inputs, ["spec", field]);
    return reading.state === "absent" ? { state: "known", value: fallback } : reading;
}

/**
 * The least number of replicas: the minimum of the autoscaler that targets the workload, else its
 * own `replicas`.
 */
export function leastReplicas(facts: Facts, workload: WorkloadFact): Reading {
    const [scaled] = [
        // Both defaults are those of the APIs.
        ...facts
            .objects("autoscaling", "HorizontalPodAutoscaler")
            .filter((scaler) => targets(scaler, workload))
            .map((scaler) => minimum(scaler, "minReplicas", 1)),
        ...facts
            .objects("keda.sh", "ScaledObject")
            .filter((scaler) => targets(scaler, workload))
            .map((scaler) => minimum(scaler, "minReplicaCount", 0)),
    ];
    return scaled ?? workload.workload.replicas;
}
