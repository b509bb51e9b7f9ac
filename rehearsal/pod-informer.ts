/** The pods of a cluster, followed while they change. */
import { isTree, readList, readString, type Tree } from "../policy/kernel/tree";
import type { Kubernetes, LiveObject } from "../kubernetes-client/kubernetes";

/** Where a pod stands. */
export type PodState = "ready" | "starting" | "unschedulable" | "unseen" | "done" | "leaving";

/** A condition of a status. */
export function conditionOf(object: LiveObject, type: string): Tree | undefined {
    return readList(object, "status", "conditions")
        .filter(isTree)
        .find((condition) => condition.type === type);
}

/** `unseen` is a pod that the scheduler has not judged yet, `leaving` one that is being deleted. */
export function stateOf(pod: LiveObject): PodState {
    const phase = readString(pod, "status", "phase");
    if (pod.metadata.deletionTimestamp !== undefined) {
        return "leaving";
    }
    if (phase === "Succeeded" || phase === "Failed") {
        return "done";
    }
    if (conditionOf(pod, "Ready")?.status === "True") {
        return "ready";
    }
    if (readString(pod, "spec", "nodeName") !== undefined) {
        return "starting";
    }
    return conditionOf(pod, "PodScheduled")?.status === "False" ? "unschedulable" : "unseen";
}

/** How long to wait, in seconds. */
export interface Settling {
    /** Without any change of a pod's state; default: 2. */
    readonly quiet?: number;
    /** In all; default: 60. */
    readonly most?: number;
}

/** All pods, kept up to date. */
export class PodInformer {
    private readonly byId = new Map<string, LiveObject>();
    private readonly listeners = new Set<(pod: LiveObject, gone: boolean) => void>();
    private changed = Date.now();
    private end: () => Promise<void> = () => Promise.resolve();

    private constructor() {
        // Made by `follow`, which also begins to watch.
    }

    static async follow(kubernetes: Kubernetes): Promise<PodInformer> {
        const pods = new PodInformer();
        pods.end = await kubernetes.watch("v1", "Pod", (pod, gone) => {
            pods.update(pod, gone);
        });
        return pods;
    }

    all(): LiveObject[] {
        return [...this.byId.values()];
    }

    /** How many pods there are in each state. */
    count(): Record<PodState, number> {
        const counts = { ready: 0, starting: 0, unschedulable: 0, unseen: 0, done: 0, leaving: 0 };
        for (const pod of this.byId.values()) {
            counts[stateOf(pod)] += 1;
        }
        return counts;
    }

    /**
     * Calls with every change of a pod from now on.
     *
     * @returns ends it
     */
    listen(listener: (pod: LiveObject, gone: boolean) => void): () => void {
        this.listeners.add(listener);
        return () => {
            this.listeners.delete(listener);
        };
    }

    /**
     * Waits until nothing changes any more: every pod runs, is done, or has no place.
     *
     * @param progress told now and then while it waits
     * @returns whether that came about in time
     */
    async settled(
        { quiet = 2, most = 60 }: Settling = {},
        progress: (counts: Record<PodState, number>) => void = () => undefined,
    ): Promise<boolean> {
        const end = Date.now() + most * 1000;
        this.changed = Date.now();
        while (Date.now() < end) {
            const counts = this.count();
            const moving = counts.starting + counts.unseen + counts.leaving;
            if (moving === 0 && Date.now() - this.changed >= quiet * 1000) {
                return true;
            }
            progress(counts);
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        return false;
    }

    stop(): Promise<void> {
        return this.end();
    }

    private update(pod: LiveObject, gone: boolean): void {
        const { uid } = pod.metadata;
        const before = this.byId.get(uid);
        if (gone) {
            this.byId.delete(uid);
        } else {
            this.byId.set(uid, pod);
        }
        if (gone || before === undefined || stateOf(before) !== stateOf(pod)) {
            this.changed = Date.now();
        }
        this.listeners.forEach((listener) => {
            listener(pod, gone);
        });
    }
}
