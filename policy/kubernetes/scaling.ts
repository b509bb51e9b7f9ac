/** How many pods a workload has at least, whoever decides it. */
import type { Fact, Facts, ObjectOf } from "../kernel/facts";
import { isTree, read, readString, readTree, type Reading } from "../kernel/tree";
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

/** The number that was read, or that stands for nothing; of an unknown one nobody can say. */
export function numberIn(reading: Reading, fallback = 1): number | "unknown" {
    return reading.state === "unknown"
        ? "unknown"
        : reading.state === "known"
          ? Number(reading.value)
          : fallback;
}

/** The most replicas that an autoscaler may ask for, 0 without one; defaults are those of the APIs. */
export function mostScaled(facts: Facts, fact: WorkloadFact): number | "unknown" {
    const of = (group: string, kind: string, field: string, fallback: number) =>
        facts
            .objects(group, kind)
            .filter((scaler) => targets(scaler, fact))
            .map(({ inputs }) => numberIn(read(inputs, ["spec", field]), fallback));
    const found = [
        ...of("autoscaling", "HorizontalPodAutoscaler", "maxReplicas", 1),
        ...of("keda.sh", "ScaledObject", "maxReplicaCount", 100),
    ];
    const known = found.filter((most) => most !== "unknown");
    return known.length < found.length ? "unknown" : Math.max(0, ...known);
}

/** The most pods that a workload keeps, by its own count and its autoscaler. */
export function mostReplicas(facts: Facts, fact: WorkloadFact): number | "unknown" {
    const own = numberIn(fact.workload.replicas);
    const scaled = mostScaled(facts, fact);
    return own === "unknown" || scaled === "unknown" ? "unknown" : Math.max(own, scaled);
}

/** A number, or a percentage of a total, as rolling updates have them; surges are rounded up. */
function portion(value: unknown, total: number): number {
    const percent = /^(\d+)%$/.exec(String(value));
    return percent === null ? Number(value) || 0 : Math.ceil((Number(percent[1]) * total) / 100);
}

/** How many pods more than its replicas an update may make. */
export function surgeOf({ inputs, object }: WorkloadFact, replicas: number): number {
    if (object.kind === "Deployment") {
        const strategy = readTree(inputs, "spec", "strategy");
        return strategy.type === "Recreate"
            ? 0
            : portion(readTree(strategy, "rollingUpdate").maxSurge ?? "25%", replicas);
    }
    if (object.kind === "Rollout") {
        const strategy = readTree(inputs, "spec", "strategy");
        return isTree(strategy.blueGreen)
            ? replicas
            : portion(readTree(strategy, "canary").maxSurge ?? "25%", replicas);
    }
    return 0;
}
