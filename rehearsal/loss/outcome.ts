/** How one Service fared through a recording. Pure. */
import type { Recording } from "../recorder";
import { keyOf, type Measured } from "../services";
import type { Cause, Clock } from "./clock";
import {
    type Interval,
    intervalsOf,
    leastReady,
    secondsBelow,
    type ReadyStep,
    stepsOf,
} from "./timeline";

/** How a Service, or the pods of a budget, fared. Seconds of the stack. */
export interface ServiceOutcome extends Pick<
    Measured,
    "name" | "kind" | "workloads" | "needed" | "critical"
> {
    /** In which fewer than needed were ready. */
    readonly secondsWithoutEndpoint: number;
    /** The same by the clock of the rehearsal. */
    readonly measuredSeconds: number;
    /** Ready before the loss. */
    readonly before: number;
    readonly minimumReady: number;
    /** Still fewer than needed when nothing moved any more. */
    readonly waits: boolean;
    readonly steps: readonly ReadyStep[];
    /** Why it may have fewer: an exception, or a role that moves. */
    readonly reason?: string;
}

function reasonOf({ reason, role }: Measured): string | undefined {
    return role === undefined
        ? reason
        : `follows ${role.label}=${role.holder}, which moves within ${role.seconds} s of being missed`;
}

/** When an endpoint was ready, in the stack's durations. */
function readyFrom({ from }: Interval, { role }: Measured, clock: Clock, cause?: Cause): number {
    if (from <= 0) {
        return from;
    }
    // Who takes over a role is labelled at once here.
    const late = role?.seconds ?? 0;
    return role === undefined || cause !== undefined
        ? clock.at(from, cause) + late
        : role.notices === "node"
          ? from + late
          : clock.noticed(from) + late;
}

/** Moves an interval to the stack's durations. */
function converted(
    interval: Interval,
    item: Measured,
    clock: Clock,
    causeOf: (pod: string) => Cause | undefined,
): Interval {
    const { pod, to } = interval;
    const cause = causeOf(pod);
    const from = readyFrom(interval, item, clock, cause);
    return { ...interval, from, to: to === undefined ? undefined : clock.at(to, cause) };
}

/**
 * Follows what is measured through a recording.
 *
 * @param dead nodes that were silent from its beginning on
 * @param causeOf why a pod came to be, if it did so meanwhile
 */
export function serviceOutcome(
    item: Measured,
    recording: Recording,
    dead: ReadonlySet<string>,
    clock: Clock,
    causeOf: (pod: string) => Cause | undefined,
): ServiceOutcome {
    const intervals = intervalsOf(recording.samples.get(keyOf(item)) ?? []);
    const measured = stepsOf(intervals, dead);
    const steps = stepsOf(
        intervals.map((interval) => converted(interval, item, clock, causeOf)),
        dead,
    );
    const { name, kind, workloads, needed, critical } = item;
    const end = Math.max(clock.at(recording.end), ...steps.map(({ at }) => at));
    return {
        name,
        kind,
        workloads,
        needed,
        critical,
        secondsWithoutEndpoint: secondsBelow(steps, needed, end),
        measuredSeconds: secondsBelow(measured, needed, recording.end),
        before: steps[0]?.listed ?? 0,
        minimumReady: leastReady(steps),
        waits: (steps.at(-1)?.ready ?? 0) < needed,
        steps,
        reason: reasonOf(item),
    };
}
