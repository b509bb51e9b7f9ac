/** The pods of the workloads that Kubernetes itself runs. */
import type { Facts } from "../../kernel/facts";
import { leastReplicas, targets, type WorkloadFact } from "../../kubernetes/scaling";
import {
    isTree,
    read,
    readLabels,
    readList,
    type Reading,
    readString,
    readTree,
    type Tree,
} from "../../kernel/tree";
import { toAmount } from "./amounts";
import { type Claim, podSet, type PodSet, unknownField } from "./pod-set";
import { daemonTolerations } from "./taints";

/** The pods of a resource, or why nobody can say. */
export type PodsOf = readonly PodSet[] | { readonly unknown: string };

const POD_TEMPLATE_HASH = "pod-template-hash";

function number(reading: Reading, fallback = 1): number | "unknown" {
    return reading.state === "unknown"
        ? "unknown"
        : reading.state === "known"
          ? Number(reading.value)
          : fallback;
}

/** A number, or a percentage of a total, as rolling updates have them; surges are rounded up. */
function portion(value: unknown, total: number): number {
    const percent = /^(\d+)%$/.exec(String(value));
    return percent === null ? Number(value) || 0 : Math.ceil((Number(percent[1]) * total) / 100);
}

/** How many pods more than its replicas an update may make. */
function surge({ inputs, object }: WorkloadFact, replicas: number): number {
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

/** The most replicas that an autoscaler may ask for; both defaults are those of the APIs. */
function mostReplicas(facts: Facts, fact: WorkloadFact): number | "unknown" {
    const of = (group: string, kind: string, field: string, fallback: number) =>
        facts
            .objects(group, kind)
            .filter((scaler) => targets(scaler, fact))
            .map(({ inputs }) => number(read(inputs, ["spec", field]), fallback));
    const found = [
        ...of("autoscaling", "HorizontalPodAutoscaler", "maxReplicas", 1),
        ...of("keda.sh", "ScaledObject", "maxReplicaCount", 100),
    ];
    const known = found.filter((most) => most !== "unknown");
    return known.length < found.length ? "unknown" : Math.max(0, ...known);
}

/** The claims of `volumeClaimTemplates`. */
function claimsOf(inputs: Tree): Claim[] {
    return readList(inputs, "spec", "volumeClaimTemplates").map((template) => ({
        name: readString(template, "metadata", "name") ?? "",
        storageClass: readString(template, "spec", "storageClassName"),
        bytes: toAmount(
            "storage",
            readTree(template, "spec", "resources", "requests").storage ?? 0,
        ),
    }));
}

function isSuspended({ inputs, object }: WorkloadFact): boolean {
    return (
        (object.kind === "Job" || object.kind === "CronJob") &&
        readTree(inputs, "spec").suspend === true
    );
}

/** How many pods of a job run side by side; a CronJob counts with one job. */
function parallelism({ inputs, object }: WorkloadFact): number | "unknown" {
    const path = object.kind === "CronJob" ? ["spec", "jobTemplate", "spec"] : ["spec"];
    const parallel = number(read(inputs, [...path, "parallelism"]));
    const completions = read(inputs, [...path, "completions"]);
    return parallel === "unknown" || completions.state !== "known"
        ? parallel
        : Math.min(parallel, Number(completions.value));
}

function countOf(facts: Facts, fact: WorkloadFact): number | "unknown" {
    if (isSuspended(fact)) {
        return 0;
    }
    if (!fact.workload.longRunning) {
        return parallelism(fact);
    }
    const least = number(leastReplicas(facts, fact));
    const own = read(fact.inputs, ["spec", "replicas"]);
    // The autoscaler starts from what it finds.
    return least === "unknown" || own.state !== "known"
        ? least
        : Math.max(least, Number(own.value));
}

/** The pods of one workload with a pod template. */
export function workloadPods(facts: Facts, fact: WorkloadFact): PodsOf {
    const { workload, object, key } = fact;
    const { perNode, podSpec = {}, podMetadata = {} } = workload;
    const count = perNode ? 1 : countOf(facts, fact);
    const scaled = mostReplicas(facts, fact);
    if (workload.unread.length > 0 || count === "unknown" || scaled === "unknown") {
        return { unknown: workload.unread[0] ?? "replicas" };
    }
    const hidden = unknownField(podSpec, podMetadata.labels);
    if (hidden !== undefined) {
        return { unknown: hidden };
    }
    // A Rollout that borrows its template from a Deployment replaces that one's pods.
    if (readList(podSpec, "containers").length === 0) {
        return [];
    }
    const labels = readLabels(podMetadata, "labels");
    const most = Math.max(scaled, count);
    const isReplicaSet = object.kind === "Deployment" || object.kind === "Rollout";
    return [
        podSet({
            key,
            fact,
            namespace: object.namespace ?? "default",
            name: object.name,
            labels: isReplicaSet ? { ...labels, [POD_TEMPLATE_HASH]: object.name } : labels,
            spec: perNode
                ? {
                      ...podSpec,
                      tolerations: [
                          ...readList(podSpec, "tolerations"),
                          ...daemonTolerations(podSpec.hostNetwork === true),
                      ],
                  }
                : podSpec,
            count,
            most: count === 0 ? 0 : most + surge(fact, most),
            perNode,
            local: perNode,
            claims: object.kind === "StatefulSet" ? claimsOf(fact.inputs) : [],
        }),
    ];
}
