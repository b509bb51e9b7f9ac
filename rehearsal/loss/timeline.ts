/**
 * How many endpoints of a Service were ready, moment by moment. Pure.
 *
 * The API goes on calling the endpoints of a silent node ready until the node is `NotReady`, but
 * whoever is sent there waits in vain: an endpoint counts only while its node lives.
 */

/** A pod behind a Service. */
export interface Endpoint {
    /** Uid. */
    readonly pod: string;
    readonly node: string;
}

/** The endpoints that the API called ready from a moment on, in seconds. */
export interface Sample {
    readonly at: number;
    readonly endpoints: readonly Endpoint[];
}

/** When the API called one endpoint ready; without an end it still did so at the last. */
export interface Interval extends Endpoint {
    readonly from: number;
    readonly to?: number;
}

/** How many endpoints were ready from a moment on. */
export interface ReadyStep {
    readonly at: number;
    /** Ready, and on a node that lives. */
    readonly ready: number;
    /** Ready by the API's account. */
    readonly listed: number;
}

/** The life of each endpoint, from samples in the order of time. */
export function intervalsOf(samples: readonly Sample[]): Interval[] {
    const open = new Map<string, Interval>();
    const closed: Interval[] = [];
    for (const { at, endpoints } of samples) {
        const present = new Set(endpoints.map(({ pod }) => pod));
        for (const [pod, interval] of open) {
            if (!present.has(pod)) {
                closed.push({ ...interval, to: at });
                open.delete(pod);
            }
        }
        for (const { pod, node } of endpoints) {
            if (!open.has(pod)) {
                open.set(pod, { pod, node, from: at });
            }
        }
    }
    return [...closed, ...open.values()];
}

/** How many intervals hold a moment; an end is no longer part of its interval. */
function countAt(intervals: readonly Interval[], moment: number): number {
    return intervals.filter(({ from, to }) => from <= moment && (to === undefined || moment < to))
        .length;
}

/**
 * The course of a Service from the moment 0.
 *
 * @param dead nodes that are silent at that moment
 */
export function stepsOf(intervals: readonly Interval[], dead: ReadonlySet<string>): ReadyStep[] {
    // What becomes ready there later does so because the node is back.
    const alive = intervals.filter(({ node, from }) => from > 0 || !dead.has(node));
    const moments = [0, ...intervals.flatMap(({ from, to = 0 }) => [from, to])];
    const steps = [...new Set(moments)]
        .filter((moment) => moment >= 0)
        .sort((one, other) => one - other)
        .map((at): ReadyStep => ({
            at,
            ready: countAt(alive, at),
            listed: countAt(intervals, at),
        }));
    return steps.filter(
        ({ ready, listed }, index) =>
            index === 0 || ready !== steps[index - 1]?.ready || listed !== steps[index - 1]?.listed,
    );
}

/** Seconds until the end in which fewer than so many were ready. */
export function secondsBelow(steps: readonly ReadyStep[], needed: number, end: number): number {
    return steps.reduce((sum, { at, ready }, index) => {
        const until = Math.min(steps[index + 1]?.at ?? end, end);
        return sum + (ready < needed ? Math.max(0, until - at) : 0);
    }, 0);
}

/** The fewest that were ready at any moment. */
export function leastReady(steps: readonly ReadyStep[]): number {
    return Math.min(...steps.map(({ ready }) => ready));
}
