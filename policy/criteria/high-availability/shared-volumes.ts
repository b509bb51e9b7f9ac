/** HA-13: no pod waits for a volume that another one holds. */
import {
    areTogether,
    type ClaimUse,
    claimUses,
    isContended,
} from "../../engines/scheduling/shared-claims";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { read } from "../../kernel/tree";
import { surgeOf } from "../../kubernetes/scaling";
import { unavailable } from "./update-strategies";

const OWN =
    "give each pod its own by volumeClaimTemplates of a StatefulSet, or share one that is ReadWriteMany";

function holder({ access }: ClaimUse): string {
    return access.by === "pod" ? "one pod in the cluster" : "pods on one node";
}

/** `PersistentVolumeClaim/a/b (ReadWriteOnce)`. */
function called({ claim, access }: ClaimUse): string {
    return "mode" in access ? `${claim} (${access.mode})` : claim;
}

/** An update that starts the new pod first, and stops the old one only when the new one is ready. */
function judgeSurge(use: ClaimUse): Finding[] {
    const { fact, access } = use;
    const { kind } = fact.object;
    const isTogether = access.by === "node" && areTogether(fact, fact);
    if (use.pods !== 1 || isTogether || (kind !== "Deployment" && kind !== "Rollout")) {
        return [];
    }
    const isHidden = [["type"], ["rollingUpdate", "maxSurge"], ["canary", "maxSurge"]].some(
        (path) => read(fact.inputs, ["spec", "strategy", ...path]).state === "unknown",
    );
    const away = unavailable(fact, 1);
    if (isHidden || away.state !== "known") {
        return [notJudged(fact, "how it replaces its pods is known only at the update")];
    }
    // Where both round to nothing, the controller takes one away (deployment util, ResolveFenceposts).
    return surgeOf(fact, 1) === 0 || Number(away.value) > 0
        ? []
        : access.by === "unknown"
          ? [
                notJudged(
                    fact,
                    `whether an update waits for ${use.claim} nobody can say: ${access.why}`,
                ),
            ]
          : [
                violated(
                    fact,
                    `an update starts its new pod first, which waits for ${called(use)} that the old one holds; use the strategy Recreate, or maxSurge 0`,
                ),
            ];
}

function judgeUse(use: ClaimUse): Finding[] {
    const { fact, access, pods } = use;
    const several =
        typeof pods === "number" ? `its ${pods} pods share` : "its pods on all nodes share";
    if (pods === 0) {
        return [];
    }
    if (access.by === "unknown") {
        return pods === 1
            ? judgeSurge(use)
            : [
                  notJudged(
                      fact,
                      `whether its pods may share ${use.claim} nobody can say: ${access.why}`,
                  ),
              ];
    }
    if (pods === "unknown") {
        return [
            notJudged(fact, `how many of its pods share ${use.claim} is known only at the update`),
        ];
    }
    return isContended(use)
        ? [violated(fact, `${several} ${called(use)}, which ${holder(use)} may mount; ${OWN}`)]
        : judgeSurge(use);
}

/** Workloads that want one claim, each by its own rules of where it runs. */
function judgeTogether(uses: readonly ClaimUse[]): Finding[] {
    const [first, ...others] = [...uses].sort(
        (one, other) =>
            Number(other.fact.workload.longRunning) - Number(one.fact.workload.longRunning),
    );
    // Jobs wait for each other and come to an end.
    if (first?.fact.workload.longRunning !== true || first.access.by === "unknown") {
        return [];
    }
    return others
        .filter(
            ({ fact, access }) =>
                fact.key !== first.fact.key &&
                (access.by === "pod" || !areTogether(fact, first.fact)),
        )
        .map((use) =>
            violated(
                use.fact,
                `it waits for ${called(use)}, which ${first.fact.key} holds and ${holder(use)} may mount; give it a required podAffinity to those pods on kubernetes.io/hostname, or share a claim that is ReadWriteMany`,
            ),
        );
}

/** Volumes for which pods would wait. */
export function judgeSharedVolumes(facts: Facts): Finding[] {
    const uses = claimUses(facts);
    const byClaim = new Map<string, ClaimUse[]>();
    for (const use of uses) {
        byClaim.set(use.claim, [...(byClaim.get(use.claim) ?? []), use]);
    }
    return [...uses.flatMap(judgeUse), ...[...byClaim.values()].flatMap(judgeTogether)];
}
