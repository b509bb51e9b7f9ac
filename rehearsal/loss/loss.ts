/** What a loss did, from what was recorded. Pure. */
import type { Recording } from "../recorder";
import type { Measured } from "../services";
import { type Cause, type Clock, clockOf } from "./clock";
import type { Target } from "./targets";
import {
    type Interval,
    intervalsOf,
    leastReady,
    secondsBelow,
    type Step,
    stepsOf,
} from "./timeline";
import type { Timing } from "./timing";

/** How a Service, or the pods of a budget, fared. Seconds of the stack. */
export interface ServiceLoss extends Pick<Measured, "name" | "kind" | "needed" | "critical"> {
    /** In which fewer than needed were ready. */
    readonly secondsWithoutEndpoint: number;
    /** The same by the clock of the rehearsal. */
    readonly measuredSeconds: number;
    /** Ready before the loss. */
    readonly before: number;
    readonly minimumReady: number;
    /** Still fewer than needed when nothing moved any more. */
    readonly waits: boolean;
    readonly steps: readonly Step[];
    /** Why it may have fewer: an exception, or a role that moves. */
    readonly reason?: string;
}

/** Pods of one controller that are not where they should be. */
export interface Stranded {
    readonly pod: string;
    readonly reason: string;
}

/** One loss. */
export interface Loss extends Target {
    readonly services: readonly ServiceLoss[];
    /** Pods that found no place, in the words of who refused them. */
    readonly unplaced: readonly Stranded[];
    /** Pods whose controller waits for the node. */
    readonly waiting: readonly Stranded[];
    /** Pods that belong to their node, and went with it. */
    readonly local: number;
    /** Pods that were evicted. */
    readonly evicted: number;
    /** What no pod shows, such as too few copies of data. */
    readonly consequences: readonly string[];
    /** That the API would have stopped: then nothing else here is true. */
    readonly withoutApi?: string;
    /** Moments since the silence, in seconds of the stack. */
    readonly moments: { readonly notReady?: number; readonly end: number };
    /** Seconds that it took here, until everything was as before. */
    readonly seconds: number;
    /** Durations were computed from shortened ones. */
    readonly computed: boolean;
    readonly failures: readonly string[];
}

/** A pod's toleration in seconds of the stack, by uid; undefined for ever. */
export type Tolerations = ReadonlyMap<string, number | undefined>;

/** What was seen of one loss, besides who served. */
export type Found = Pick<
    Loss,
    "unplaced" | "waiting" | "local" | "evicted" | "consequences" | "withoutApi" | "seconds"
>;

function reasonOf({ reason, role }: Measured): string | undefined {
    return role === undefined
        ? reason
        : `follows the label ${role.label}=${role.holder}, which moves within ${role.seconds} s ` +
              (role.notices === "readiness" ? "of NotReady" : "of the silence");
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

function serviceLoss(
    item: Measured,
    recording: Recording,
    dead: ReadonlySet<string>,
    clock: Clock,
    causeOf: (pod: string) => Cause | undefined,
): ServiceLoss {
    const intervals = intervalsOf(recording.samples.get(item.name) ?? []);
    const measured = stepsOf(intervals, dead);
    const steps = stepsOf(
        intervals.map((interval) => converted(interval, item, clock, causeOf)),
        dead,
    );
    const { name, kind, needed, critical } = item;
    const end = Math.max(clock.at(recording.end), ...steps.map(({ at }) => at));
    return {
        name,
        kind,
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

/** What must not happen, one sentence each. */
function failuresOf(
    { nodes, lost }: Target,
    services: readonly ServiceLoss[],
    { unplaced, consequences, withoutApi }: Found,
): string[] {
    // One node is what the stack must do without (HA-11); more may be too many.
    const isOne = nodes.length === 1;
    const silent = services.filter(
        ({ critical, before, needed, minimumReady, reason }) =>
            critical && reason === undefined && before >= needed && minimumReady < needed,
    );
    return [
        ...silent.map(
            ({ name, needed, minimumReady, secondsWithoutEndpoint }) =>
                `${name} is critical and had ${minimumReady} ready ${needed === 1 ? "endpoints" : `of ${needed} needed`} for ${Math.round(secondsWithoutEndpoint)} s`,
        ),
        ...(isOne && unplaced.length > 0
            ? [`${unplaced.length} pods found no place while ${lost} was gone`]
            : []),
        ...(isOne ? consequences : []),
        ...(withoutApi === undefined ? [] : [withoutApi]),
    ];
}

/**
 * Puts together what a loss did.
 *
 * @param timing the stack's durations, and those that were used
 */
export function toLoss(
    target: Target,
    recording: Recording,
    measured: readonly Measured[],
    tolerations: Tolerations,
    timing: { readonly stack: Timing; readonly used: Timing },
    found: Found,
): Loss {
    const dead = new Set(target.nodes);
    const givenUp = recording.givenUp.filter(({ node }) => dead.has(node));
    const limits = [...new Set(tolerations.values())].filter((seconds) => seconds !== undefined);
    const clock = clockOf(givenUp, limits, timing);
    const causeOf = (pod: string): Cause | undefined => {
        const created = recording.created.get(pod);
        return created === undefined ? undefined : { created, toleration: tolerations.get(pod) };
    };
    const services = measured
        .map((item) => serviceLoss(item, recording, dead, clock, causeOf))
        .filter(({ before }) => before > 0);
    const noticed = givenUp.flatMap(({ notReady }) => (notReady === undefined ? [] : [notReady]));
    const ends = services.flatMap(({ steps }) => steps.map(({ at }) => at));
    return {
        ...target,
        ...found,
        services,
        moments: {
            notReady: noticed.length === 0 ? undefined : clock.at(Math.min(...noticed)),
            end: Math.max(clock.at(recording.end), ...ends),
        },
        computed: timing.used.hurry !== 1,
        failures: failuresOf(target, services, found),
    };
}
