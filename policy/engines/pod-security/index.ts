/**
 * The Pod Security Standards, deciding like k8s.io/pod-security-admission v0.36.6 does in the API
 * server, so that a preview tells which pods a namespace's level will refuse.
 *
 * Of what the API server does before it judges, only the default that changes a decision is here
 * (see `volumes.ts`), not validation and not the exemptions of its admission configuration.
 */
import type { Tree } from "../../kernel/tree";
import { describe } from "./rules";
import { checksOf } from "./standards";
import { toJudgedPod } from "./values";
import { minorOf } from "./versions";

export { NEWEST_MINOR } from "./versions";

export type PodSecurityLevel = "privileged" | "baseline" | "restricted";

/** A check that does not let a pod pass. */
export interface PodSecurityViolation {
    /** The check's id upstream, for example `runAsNonRoot`. */
    readonly check: string;
    /** What was found where, and what is allowed. */
    readonly message: string;
    /** Nothing known is forbidden, but a value that decides is known only after the update. */
    readonly unknown?: true;
}

/**
 * Judges a pod by a level of the standards in a version such as `v1.35` or `latest`. An empty
 * result means that the level allows the pod.
 */
export function checkPodSecurity(
    podSpec: Tree,
    podMetadata: Tree,
    level: PodSecurityLevel,
    version: string,
): readonly PodSecurityViolation[] {
    if (level === "privileged") {
        return [];
    }
    const pod = toJudgedPod(podSpec, podMetadata);
    return checksOf(level, minorOf(version)).flatMap(({ id, judge }): PodSecurityViolation[] => {
        const offences = judge(pod);
        const certain = offences.filter(({ unknown }) => unknown !== true);
        if (certain.length > 0) {
            return [{ check: id, message: describe(certain) }];
        }
        return offences.length > 0
            ? [{ check: id, message: describe(offences), unknown: true }]
            : [];
    });
}
