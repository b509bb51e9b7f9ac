/** What a loss did, from what was recorded. Pure. */
import { plural } from "../../preview/scorecard/judged";
import type { Promised } from "../promises";
import type { Recording } from "../recorder";
import type { Yardsticks } from "../services";
import { type Cause, clockOf } from "./clock";
import { type ServiceOutcome, serviceOutcome } from "./outcome";
import type { LossTarget } from "./targets";
import type { Timings } from "./timing";

/** Pods of one controller that are not where they should be. */
export interface MisplacedPod {
    readonly pod: string;
    readonly reason: string;
}

/** One loss. */
export interface Loss extends LossTarget {
    readonly services: readonly ServiceOutcome[];
    /** Pods that found no place, in the words of who refused them. */
    readonly unplaced: readonly MisplacedPod[];
    /** Pods whose controller waits for the node. */
    readonly waiting: readonly MisplacedPod[];
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
export type ObservedLoss = Pick<
    Loss,
    "unplaced" | "waiting" | "local" | "evicted" | "consequences" | "withoutApi" | "seconds"
>;

/** What must not happen, one sentence each. */
function failuresOf(
    { nodes, lost }: LossTarget,
    services: readonly ServiceOutcome[],
    { unplaced, consequences, withoutApi }: ObservedLoss,
    isPromised: Promised,
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
        ...(isOne && isPromised("HA-11") && unplaced.length > 0
            ? [`${plural(unplaced.length, "pod")} found no place while ${lost} was gone`]
            : []),
        ...(isOne && isPromised("HA-10") ? consequences : []),
        ...(withoutApi === undefined || !isPromised("HA-01")
            ? []
            : [`${withoutApi} (here it went on, because it is simulated)`]),
    ];
}

/** What a loss is judged by. */
export interface Standards {
    readonly yardsticks: Pick<Yardsticks, "measured">;
    readonly timing: Timings;
    readonly isPromised: Promised;
}

/** Puts together what a loss did. */
export function toLoss(
    target: LossTarget,
    recording: Recording,
    tolerations: Tolerations,
    found: ObservedLoss,
    { yardsticks, timing, isPromised }: Standards,
): Loss {
    const dead = new Set(target.nodes);
    const givenUp = recording.givenUp.filter(({ node }) => dead.has(node));
    const limits = [...new Set(tolerations.values())].filter((seconds) => seconds !== undefined);
    const clock = clockOf(givenUp, limits, timing);
    const causeOf = (pod: string): Cause | undefined => {
        const created = recording.created.get(pod);
        return created === undefined ? undefined : { created, toleration: tolerations.get(pod) };
    };
    const services = yardsticks.measured
        .map((item) => serviceOutcome(item, recording, dead, clock, causeOf))
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
        failures: failuresOf(target, services, found, isPromised),
    };
}
