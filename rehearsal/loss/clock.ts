/**
 * From the seconds of a shortened rehearsal to those of the stack. Pure.
 *
 * A replacement's time counts from what caused it: the eviction of a pod with the same toleration.
 * Everything else counts from the last thing that was due before it.
 */
import { inAHurry, type Timing, type Timings } from "./timing";

/** When a lost node was given up, in seconds since its silence; undefined when it was not. */
export interface GivenUp {
    readonly node: string;
    readonly notReady?: number;
    /** When its pods began to be evicted: the zone's turn may come later. */
    readonly tainted?: number;
}

/** A moment from which on time is neither stretched nor shrunk. */
interface Epoch {
    readonly measured: number;
    readonly real: number;
    /** In seconds of the stack; absent for the moment of `NotReady`. */
    readonly toleration?: number;
}

/** What is known of the cause of a moment. */
export interface Cause {
    /** When the pod came to be, if that was after the silence. */
    readonly created: number;
    /** Its toleration in seconds of the stack; undefined for ever. */
    readonly toleration: number | undefined;
}

/** When a node is `NotReady` at the latest, in seconds of the stack after its last sign of life. */
export function notReadyAfter({ gracePeriod, monitorPeriod }: Timing): number {
    return gracePeriod + monitorPeriod;
}

/** Turns measured seconds into the stack's. */
export interface Clock {
    /** @param cause of the pod that the moment is about */
    readonly at: (measured: number, cause?: Cause) => number;
    /** Of something that `NotReady` sets off. */
    readonly noticed: (measured: number) => number;
}

/** The clock of a rehearsal that waits as long as the stack. */
export const REAL_TIME: Clock = { at: (measured) => measured, noticed: (measured) => measured };

/** The last epoch that had begun; of several at once the latest of the stack's. */
function lastBefore(epochs: readonly Epoch[], measured: number): Epoch | undefined {
    return epochs
        .filter((epoch) => epoch.measured <= measured)
        .sort((one, other) => one.measured - other.measured || one.real - other.real)
        .at(-1);
}

/**
 * The clock of one loss.
 *
 * @param tolerations of the pods that were evicted, in seconds of the stack
 */
export function clockOf(
    givenUp: readonly GivenUp[],
    tolerations: readonly number[],
    timing: Timings,
): Clock {
    const { stack, used } = timing;
    if (used.hurry === 1) {
        return REAL_TIME;
    }
    const notReady = notReadyAfter(stack);
    const epochs = givenUp.flatMap(({ notReady: at, tainted }): Epoch[] => {
        if (at === undefined) {
            return [];
        }
        const begin = { measured: at, real: notReady };
        if (tainted === undefined) {
            return [begin];
        }
        // A zone gives up one node after the other: the rest of the time is the controller's work.
        const before = Math.floor((tainted - at) * used.evictionRate);
        const turn = notReady + before / stack.evictionRate;
        return [
            begin,
            ...tolerations.map((toleration) => ({
                measured: tainted + inAHurry(toleration, used),
                real: turn + toleration,
                toleration,
            })),
        ];
    });
    const first = Math.min(...epochs.map(({ measured }) => measured));
    const general = (measured: number) => {
        const epoch = lastBefore(epochs, measured);
        return epoch === undefined
            ? // Nobody has noticed yet.
              Number.isFinite(first)
                ? (measured * notReady) / first
                : measured
            : epoch.real + measured - epoch.measured;
    };
    const at: Clock["at"] = (measured, cause) => {
        if (cause === undefined) {
            return general(measured);
        }
        const own = epochs.filter(({ toleration }) => toleration === cause.toleration);
        const epoch = cause.toleration === undefined ? undefined : lastBefore(own, cause.created);
        return epoch === undefined
            ? general(cause.created) + measured - cause.created
            : epoch.real + measured - epoch.measured;
    };
    return {
        at,
        noticed: (measured) => (measured < first ? general(measured) : notReady + measured - first),
    };
}
