/**
 * Takes pods that are back off the list of those that budgets see going.
 *
 * The API server notes an evicted pod by its name in the budget's status, and the controller crosses
 * it off when it sees the pod end. A simulated pod of a StatefulSet may have ended, and be back under
 * its name, before the controller looked; then its budget would count it as gone for two minutes
 * (kubernetes v1.35.4: pkg/controller/disruption, DeletionTimeout), and hold up the next drain.
 */
import { readTree } from "../../policy/kernel/tree";
import type { Rehearsal } from "../scene";
import type { LiveObject } from "../../kubernetes-client/kubernetes";
import { stateOf } from "../pod-informer";

/** Names on a budget's list whose pods were made after they were put there. */
export function returnedPods(budget: LiveObject, pods: readonly LiveObject[]): string[] {
    const noted = readTree(budget, "status", "disruptedPods");
    return pods
        .filter(({ metadata }) => metadata.namespace === budget.metadata.namespace)
        .filter((pod) => {
            const since = noted[pod.metadata.name];
            const { creationTimestamp } = pod.metadata as { creationTimestamp?: string };
            return (
                typeof since === "string" &&
                stateOf(pod) === "ready" &&
                // Both are whole seconds.
                Date.parse(creationTimestamp ?? "") >= Date.parse(since)
            );
        })
        .map(({ metadata }) => metadata.name);
}

/** Crosses them off, and tells whether there were any. */
export async function crossOffReturned({
    kubernetes,
    pods,
}: Pick<Rehearsal, "kubernetes" | "pods">): Promise<boolean> {
    const budgets = await kubernetes.list("policy/v1", "PodDisruptionBudget");
    const found = budgets
        .map((budget) => ({ budget, names: returnedPods(budget, pods.all()) }))
        .filter(({ names }) => names.length > 0);
    await Promise.all(
        found.map(({ budget: { metadata }, names }) =>
            kubernetes.merge(
                `/apis/policy/v1/namespaces/${metadata.namespace ?? ""}/poddisruptionbudgets/${metadata.name}/status`,
                {
                    status: {
                        disruptedPods: Object.fromEntries(names.map((name) => [name, null])),
                    },
                },
            ),
        ),
    );
    return found.length > 0;
}
