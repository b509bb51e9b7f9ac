/**
 * Evicts the pods of a node as `kubectl drain` and `talosctl upgrade` do (k8s.io/kubectl v0.35.4:
 * pkg/drain): all at once, each asked for again while a budget refuses it, and waited for until it is
 * gone.
 */
import { setTimeout as pause } from "node:timers/promises";
import { readString } from "../../policy/kernel/tree";
import type { Rehearsal } from "../scene";
import { ApiError } from "../../kubernetes-client/connection";
import type { LiveObject } from "../../kubernetes-client/kubernetes";
import { controllerOf } from "../placement";
import { until } from "../settle";
import { MIRROR } from "../stand-ins";

/** An eviction that is refused. */
export interface RefusedEviction {
    /** `namespace/name`. */
    readonly pod: string;
    /** `namespace/name`; undefined when no single budget is the reason. */
    readonly budget?: string;
    /** The API server's. */
    readonly words: string;
}

/** What came of evicting. */
export interface Evicted {
    readonly evicted: number;
    /** Pods whose eviction was refused at first. */
    readonly refused: number;
    /** Whether all went. */
    readonly finished: boolean;
}

/** How patient a drain is, in milliseconds. */
export interface DrainPatience {
    /** Between two attempts; kubectl waits 5 s, Talos not at all. */
    readonly askEvery: number;
    /** Nothing moved for so long while evictions are refused: nothing will. */
    readonly stuckAfter: number;
}

const PATIENCE: DrainPatience = { askEvery: 250, stuckAfter: 8000 };
/** A pod that was evicted is gone within so many seconds. */
const GONE_WITHIN = 60;

const NOT_FOUND = 404;
const CONFLICT = 409;

/** The pods that a drain evicts: none of DaemonSets, no static ones. */
export function victimsOn(node: string, pods: readonly LiveObject[]): LiveObject[] {
    return pods.filter(
        (pod) =>
            readString(pod, "spec", "nodeName") === node &&
            !(MIRROR in (pod.metadata.annotations ?? {})) &&
            controllerOf(pod)?.startsWith("DaemonSet/") !== true,
    );
}

/** The refusal that an answer is. */
export function toRefusal({ metadata }: LiveObject, { message }: ApiError): RefusedEviction {
    const { namespace = "", name } = metadata;
    const budget = /disruption budget (\S+) (?:needs|does not|is still)/.exec(message)?.[1];
    return {
        pod: `${namespace}/${name}`,
        budget: budget === undefined ? undefined : `${namespace}/${budget}`,
        words: message,
    };
}

/** Asks for one eviction; undefined when the pod goes or is gone. */
async function ask(
    { kubernetes, pods }: Pick<Rehearsal, "kubernetes" | "pods">,
    pod: LiveObject,
): Promise<RefusedEviction | undefined> {
    try {
        await kubernetes.evict(pod);
        return undefined;
    } catch (error) {
        if (!(error instanceof ApiError)) {
            throw error;
        }
        // Another pod of the name is no victim.
        const isThere = pods.all().some(({ metadata }) => metadata.uid === pod.metadata.uid);
        const isGone = error.status === NOT_FOUND || (error.status === CONFLICT && !isThere);
        return isGone ? undefined : toRefusal(pod, error);
    }
}

/**
 * Evicts pods until all are gone.
 *
 * @param whenStuck told who is refused when nothing moves any more; whether to go on
 */
export async function evictAll(
    rehearsal: Pick<Rehearsal, "kubernetes" | "pods">,
    victims: readonly LiveObject[],
    whenStuck: (refusals: readonly RefusedEviction[]) => Promise<boolean>,
    { askEvery, stuckAfter } = PATIENCE,
): Promise<Evicted> {
    const { pods } = rehearsal;
    const refused = new Set<string>();
    let left = victims;
    let moved = Date.now();
    const forget = pods.listen(() => {
        moved = Date.now();
    });
    try {
        while (left.length > 0) {
            const answers = await Promise.all(
                left.map(async (pod) => ({ pod, refusal: await ask(rehearsal, pod) })),
            );
            const still = answers.filter(({ refusal }) => refusal !== undefined);
            still.forEach(({ pod }) => refused.add(pod.metadata.uid));
            moved = still.length < left.length ? Date.now() : moved;
            left = still.map(({ pod }) => pod);
            if (left.length > 0 && Date.now() - moved > stuckAfter) {
                const refusals = still.flatMap(({ refusal }) => refusal ?? []);
                if (!(await whenStuck(refusals))) {
                    break;
                }
                moved = Date.now();
            }
            await pause(left.length > 0 ? askEvery : 0);
        }
    } finally {
        forget();
    }
    const waitedFor = new Set(victims.map(({ metadata }) => metadata.uid));
    left.forEach(({ metadata }) => waitedFor.delete(metadata.uid));
    await until(GONE_WITHIN, () =>
        pods.all().every(({ metadata }) => !waitedFor.has(metadata.uid)),
    );
    return {
        evicted: waitedFor.size,
        refused: refused.size,
        finished: left.length === 0,
    };
}
