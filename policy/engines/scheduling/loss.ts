/** What becomes of the pods when a node is lost, in one course of events. Pure. */
import type { SimulatedCluster, Lost, PodToPlace } from "./cluster";
import { explainUnschedulable, type Unschedulable } from "./unschedulable";
import type { Course } from "./orders";
import { schedule } from "./scheduler";

/** Pods that belong to the node: nobody expects them elsewhere. */
export function belongsTo(
    cluster: SimulatedCluster,
    { template, pin }: PodToPlace,
    node: number,
): boolean {
    if (!template.set.local) {
        return false;
    }
    const { barriers } = cluster.rulesOf(template);
    return pin === undefined
        ? barriers.every((barrier, other) => barrier !== "" || other === node)
        : pin === node;
}

/** A pod that tolerates a node which does not answer. */
function toStranded(cluster: SimulatedCluster, index: number, node: number): Unschedulable[] {
    const { template } = cluster.pods[index] ?? {};
    const reasons = new Map([["lost" as const, [cluster.nodes[node]?.name ?? ""]]]);
    return template === undefined ? [] : [{ template, count: 1, reasons, missing: undefined }];
}

/** Pods that leave a node. */
interface Leaving {
    /** Must be placed elsewhere. */
    readonly moving: readonly number[];
    /** May be put on the same node again, where nothing runs. */
    readonly stranded: readonly number[];
    /** Are not replaced: they belong to the node, or their controller waits for it. */
    readonly left: readonly number[];
}

/** Takes the pods from a node that is lost, in the order of the course. */
function takeAway(cluster: SimulatedCluster, course: Course, { node, how }: Lost): Leaving {
    const [moving, stranded, left]: [number[], number[], number[]] = [[], [], []];
    const isGone = how === "gone";
    for (const index of course.order) {
        const pod = cluster.pods[index];
        if (pod === undefined || cluster.where[index] !== node || (!isGone && pod.template.stays)) {
            continue;
        }
        cluster.remove(index, !isGone);
        const isLeft = belongsTo(cluster, pod, node) || (!isGone && pod.template.waits);
        // Nothing keeps the scheduler from using a node that a pod tolerates.
        const mayReturn = !isGone && cluster.rulesOf(pod.template).toleratesLoss;
        (isLeft ? left : mayReturn ? stranded : moving).push(index);
    }
    return { moving, stranded, left };
}

/** The pods of the lost node move, all others stay where they are; afterwards all is as before. */
export function evict(cluster: SimulatedCluster, course: Course, lost: Lost): Unschedulable[] {
    const before = cluster.where.slice();
    const { moving, stranded, left } = takeAway(cluster, course, lost);
    cluster.lost = lost;
    const unschedulable = [
        ...explainUnschedulable(cluster, schedule(cluster, moving, course.manner)),
        ...stranded.map((index) => toStranded(cluster, index, lost.node)),
    ].flat();
    cluster.lost = undefined;
    cluster.where.forEach((node, index) => {
        if (node >= 0 && node !== before[index]) {
            cluster.remove(index);
        }
    });
    if (lost.how === "unreachable") {
        [...moving, ...stranded, ...left].forEach((index) => {
            cluster.forget(index, lost.node);
        });
    }
    before.forEach((node, index) => {
        if (node >= 0 && cluster.where[index] !== node) {
            cluster.place(index, node);
        }
    });
    return unschedulable;
}

/** A node is lost and comes back, empty but for the pods that belong to it. */
export function loseAndReturn(
    cluster: SimulatedCluster,
    course: Course,
    node: number,
): Unschedulable[] {
    const { moving, left } = takeAway(cluster, course, { node, how: "gone" });
    cluster.lost = { node, how: "gone" };
    const unschedulable = explainUnschedulable(cluster, schedule(cluster, moving, course.manner));
    cluster.lost = undefined;
    return unschedulable.length > 0
        ? unschedulable
        : explainUnschedulable(cluster, schedule(cluster, left, course.manner));
}

/** Everything is placed anew without the node. */
export function startAnew(cluster: SimulatedCluster, course: Course, lost: Lost): Unschedulable[] {
    clear(cluster);
    cluster.lost = lost;
    const order = course.order.filter((index) => {
        const pod = cluster.pods[index];
        return pod !== undefined && !belongsTo(cluster, pod, lost.node);
    });
    const unschedulable = explainUnschedulable(cluster, schedule(cluster, order, course.manner));
    cluster.lost = undefined;
    return unschedulable;
}

/** Takes all pods from their nodes. */
export function clear(cluster: SimulatedCluster): void {
    cluster.where.forEach((node, index) => {
        if (node >= 0) {
            cluster.remove(index);
        }
    });
}
