/** Pods that operators make, as the scheduler sees them. */
import type { MadeClaim } from "../../../operators/behaviour";
import { readList } from "../../kernel/tree";
import type { PodsMade } from "../operated/made";
import { toAmount } from "./amounts";
import { type Claim, podSet, type PodSet } from "./pod-set";
import { daemonTolerations } from "./taints";

function toClaim({ name, storageClass, size }: MadeClaim): Claim {
    return { name, storageClass, bytes: toAmount("storage", size) };
}

/** Pods of one kind with the same specification. */
export function operatedSet({ fact, pods }: PodsMade): PodSet {
    const { part, node, name, labels, pod, count, most, claims = [] } = pods;
    return podSet({
        key: `${fact.key} ${part}${node === undefined ? "" : ` of ${node}`}`,
        fact,
        namespace: fact.object.namespace ?? "default",
        name,
        labels,
        spec:
            pods.perNode === "DaemonSet"
                ? {
                      ...pod,
                      tolerations: [
                          ...readList(pod, "tolerations"),
                          ...daemonTolerations(pod.hostNetwork === true),
                      ],
                  }
                : pod,
        count,
        most,
        perNode: pods.perNode !== undefined,
        local: pods.local === true,
        passing: pods.passing === true,
        claims: claims.map(toClaim),
        made: pods,
    });
}
