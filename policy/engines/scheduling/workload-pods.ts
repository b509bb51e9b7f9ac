/** The pods of the workloads that Kubernetes itself runs. */
import type { Facts } from "../../kernel/facts";
import {
    leastReplicas,
    mostScaled,
    numberIn,
    surgeOf,
    type WorkloadFact,
} from "../../kubernetes/scaling";
import { read, readLabels, readList, readString, readTree, type Tree } from "../../kernel/tree";
import { toAmount } from "./amounts";
import { type Claim, podSet, type PodSet, unknownField } from "./pod-set";
import { daemonTolerations } from "./taints";

/** The pods of a resource, or why nobody can say. */
export type PodsOf = readonly PodSet[] | { readonly unknown: string };

const POD_TEMPLATE_HASH = "pod-template-hash";

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
    const parallel = numberIn(read(inputs, [...path, "parallelism"]));
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
    const least = numberIn(leastReplicas(facts, fact));
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
    const scaled = mostScaled(facts, fact);
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
            most: count === 0 ? 0 : most + surgeOf(fact, most),
            perNode,
            local: perNode,
            claims: object.kind === "StatefulSet" ? claimsOf(fact.inputs) : [],
        }),
    ];
}
