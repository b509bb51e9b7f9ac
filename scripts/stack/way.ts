/** In which way a stack is updated and destroyed. */
import { isObjectType } from "../../components/base/object";
import type { ObjectRecord } from "./object-record";
import { hasObjects, isChosen, type Parts, type Plan } from "./parts";

/**
 * - `whole`: one update, which writes the state at every step.
 * - `parts`: a first update, in two parts.
 * - `adoption`: one update that takes over what is in the cluster and not in the state.
 */
export type Way = "whole" | "parts" | "adoption";

/** A resource in the state. */
export interface StateResource {
    readonly urn: string;
    readonly type: string;
    /** Absent for a component. */
    readonly custom?: boolean;
    readonly protect?: boolean;
}

/** What decides about the way. */
export interface Situation {
    readonly plan: Plan;
    readonly parts: Parts;
    /** Flags of the user for pulumi. */
    readonly flags: readonly string[];
    /** What the state knows of the objects in the cluster; undefined where parts are of no use. */
    readonly record: ObjectRecord | undefined;
}

/**
 * Decides by the state: the engine compared it with the program when it planned. Only a state without
 * any object is made in parts. Where the update before was killed at the second part, there may be
 * objects that the state does not know. If it has one, that update did come to its only write, and
 * knows them all.
 */
export function wayOf({ plan, parts, flags, record }: Situation): Way {
    if (record === undefined) {
        return "whole";
    }
    if (record === "adopting") {
        return "adoption";
    }
    if (hasObjects(plan, parts)) {
        return "whole";
    }
    if (record === "unrecorded") {
        return "adoption";
    }
    return parts.objects.length === 0 || isChosen(flags) ? "whole" : "parts";
}

/** One write of the state, at the end, also after Ctrl-C or a failure. */
export const ONE_WRITE: Readonly<Record<string, string>> = { PULUMI_SKIP_CHECKPOINTS: "true" };
/** A write at every step, whatever the user's environment says. */
export const EVERY_WRITE: Readonly<Record<string, string>> = { PULUMI_SKIP_CHECKPOINTS: "false" };

/** Each URN as an argument of its own. */
export function chosen(flag: "--target" | "--exclude", urns: readonly string[]): string[] {
    return urns.flatMap((urn) => [flag, urn]);
}

/**
 * Whether a destroy deletes the objects in the cluster first, with one write of the state. That loses
 * nothing: if it is killed, the state names objects that are gone, and deleting those succeeds. What
 * is protected stops a destroy before it deletes anything, so it must not have a first part. Where the
 * state does not know all objects that stays noted, and the destroy is whole.
 */
export function isDestroyedInParts(
    resources: readonly StateResource[],
    flags: readonly string[],
    record: ObjectRecord | undefined,
): boolean {
    const isStopped =
        resources.some(({ protect }) => protect === true) && !flags.includes("--exclude-protected");
    return (
        (record === "recorded" || record === "deleting") &&
        !isStopped &&
        !isChosen(flags) &&
        resources.some(({ type }) => isObjectType(type))
    );
}
