/** Waits for pods to come to rest while some nodes are silent. */
import { setTimeout as pause } from "node:timers/promises";
import { readString } from "../policy/kernel/tree";
import type { LiveObject } from "../kubernetes-client/kubernetes";
import { type PodInformer, stateOf } from "./pod-informer";

/** How long to wait, in seconds. */
export interface Rest {
    /** Without any change; default: 2. */
    readonly quiet?: number;
    /** In all; default: 60. */
    readonly most?: number;
}

/** Between two looks, in milliseconds. */
const INTERVAL = 50;

/** Whether something is still to happen to a pod; nothing is on a silent node. */
function isMoving(pod: LiveObject, silent: ReadonlySet<string>): boolean {
    const node = readString(pod, "spec", "nodeName");
    const state = stateOf(pod);
    return (
        (state === "unseen" || state === "starting" || state === "leaving") &&
        !(node !== undefined && silent.has(node))
    );
}

/**
 * Waits until no pod moves any more but on silent nodes.
 *
 * @returns the pods that still moved when the time was over
 */
export async function atRest(
    pods: PodInformer,
    silent: ReadonlySet<string>,
    { quiet = 2, most = 60 }: Rest = {},
): Promise<LiveObject[]> {
    const end = Date.now() + most * 1000;
    let since = Date.now();
    const forget = pods.listen(() => {
        since = Date.now();
    });
    try {
        while (Date.now() < end) {
            const isAny = pods.all().some((pod) => isMoving(pod, silent));
            if (!isAny && Date.now() - since >= quiet * 1000) {
                return [];
            }
            await pause(INTERVAL);
        }
        return pods.all().filter((pod) => isMoving(pod, silent));
    } finally {
        forget();
    }
}

/** Waits until something is so, at most so many seconds; tells whether it is. */
export async function until(most: number, isSo: () => boolean): Promise<boolean> {
    const end = Date.now() + most * 1000;
    while (!isSo()) {
        if (Date.now() > end) {
            return false;
        }
        await pause(INTERVAL);
    }
    return true;
}
