/** Pods that are not where they should be while nodes are silent or cordoned, and why. */
import type { LiveObject } from "../../kubernetes-client/kubernetes";
import { localPods } from "../local-pods";
import { controllerOf, placementOf } from "../placement";
import type { Scene } from "../scene";
import type { ObservedLoss, MisplacedPod } from "./loss";
import { isLeaving, nodeOf } from "./node-power";

/**
 * Sorts pods that are missing or have no place by why that is.
 *
 * @param isGone whether a pod is on a node that is silent
 */
export async function misplacedPods(
    { rehearsal: { kubernetes, pods, stack } }: Scene,
    isGone: (pod: LiveObject) => boolean,
): Promise<Pick<ObservedLoss, "unplaced" | "waiting">> {
    const all = pods.all();
    const isLocal = localPods(stack);
    const local = new Set(
        all
            .filter(isLocal)
            .map(({ metadata }) => `Pod/${metadata.namespace ?? ""}/${metadata.name}`),
    );
    const waitedFor = new Map<string, string[]>();
    for (const pod of all.filter((candidate) => isLeaving(candidate) && isGone(candidate))) {
        const controller = controllerOf(pod) ?? "";
        waitedFor.set(controller, [...(waitedFor.get(controller) ?? []), nodeOf(pod) ?? ""]);
    }
    const { misplaced } = await placementOf(kubernetes, all);
    const unplaced: MisplacedPod[] = [];
    const waiting: MisplacedPod[] = [];
    for (const { object, count, reason } of misplaced) {
        const nodes = object.startsWith("StatefulSet/") ? waitedFor.get(object) : undefined;
        const pod = count > 1 ? `${object} (${count} pods)` : object;
        if (nodes !== undefined) {
            waiting.push({
                pod,
                reason: `waits for ${nodes.toSorted().join(", ")}: its pod there stays Terminating until the node is back or deleted`,
            });
        } else if (local.has(object)) {
            waiting.push({ pod, reason: "belongs to its node" });
        } else {
            unplaced.push({ pod, reason });
        }
    }
    return { unplaced, waiting };
}
