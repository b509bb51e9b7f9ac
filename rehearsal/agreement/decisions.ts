/** What the scheduler decides on pods, as it becomes known. */
import { readString } from "../../policy/kernel/tree";
import type { Kubernetes, LiveObject } from "../../kubernetes-client/kubernetes";
import { conditionOf } from "../pod-informer";

/** What the scheduler has decided on a pod. */
export interface Decision {
    /** undefined while there is no place. */
    readonly node: string | undefined;
    /** Looked at, and no place found. */
    readonly isRefused: boolean;
    /** Deleted, by whomever. */
    readonly isGone: boolean;
    /** The scheduler's words on a refusal. */
    readonly message: string;
}

const UNDECIDED: Decision = { node: undefined, isRefused: false, isGone: false, message: "" };

/** All decisions, kept up to date. */
export class Decisions {
    private readonly byUid = new Map<string, Decision>();
    private readonly wakers = new Set<() => void>();
    private lastChange = Date.now();
    private end: () => Promise<void> = () => Promise.resolve();

    private constructor() {
        // Made by `follow`, which also begins to watch.
    }

    static async follow(kubernetes: Kubernetes): Promise<Decisions> {
        const decisions = new Decisions();
        decisions.end = await kubernetes.watch("v1", "Pod", (pod, gone) => {
            decisions.update(pod, gone);
        });
        return decisions;
    }

    /** The decision on the pod with this UID. */
    on(uid: string): Decision {
        return this.byUid.get(uid) ?? UNDECIDED;
    }

    /** Milliseconds since a decision changed. */
    get quiet(): number {
        return Date.now() - this.lastChange;
    }

    /** Resolves at the next change, or after some milliseconds. */
    nextChange(milliseconds: number): Promise<void> {
        return new Promise((resolve) => {
            const wake = () => {
                clearTimeout(timer);
                this.wakers.delete(wake);
                resolve();
            };
            const timer = setTimeout(wake, milliseconds);
            this.wakers.add(wake);
        });
    }

    /** Forgets what was decided on pods of the past. */
    forget(): void {
        this.byUid.clear();
    }

    stop(): Promise<void> {
        return this.end();
    }

    private update(pod: LiveObject, isGone: boolean): void {
        const condition = conditionOf(pod, "PodScheduled");
        this.byUid.set(pod.metadata.uid, {
            node: readString(pod, "spec", "nodeName"),
            isRefused: condition?.status === "False",
            isGone,
            message: readString(condition, "message") ?? "",
        });
        this.lastChange = Date.now();
        this.wakers.forEach((wake) => {
            wake();
        });
    }
}
