/** What becomes of the pods when a node is lost, in one course of events. Pure. */
import type { Cluster, Lost, Pod } from "./cluster";
import { explain, type Homeless } from "./homeless";
import type { Course } from "./orders";
import { schedule } from "./scheduler";

/** Pods that belong to the node: nobody expects them elsewhere. */
export function belongsTo(cluster: Cluster, { template, pin }: Pod, node: number): boolean {
    if (!template.set.local) {
        return false;
    }
    const { barriers } = cluster.rulesOf(template);
    return pin === undefined
        ? barriers.every((barrier, other) => barrier !== "" || other === node)
        : pin === node;
}

/** A pod that tolerates a node which does not answer. */
function toStranded(cluster: Cluster, index: number, node: number): Homeless[] {
    const { template } = cluster.pods[index] ?? {};
    const reasons = new Map([["lost" as const, [cluster.nodes[node]?.name ?? ""]]]);
    return template === undefined ? [] : [{ template, count: 1, reasons, missing: undefined }];
}

/** The pods of the lost node move, all others stay where they are. */
export function evict(cluster: Cluster, course: Course, lost: Lost): Homeless[] {
    const before = cluster.where.slice();
    const ghosts: number[] = [];
    const moving: number[] = [];
    const stranded: number[] = [];
    for (const index of course.order) {
        const pod = cluster.pods[index];
        if (pod === undefined || before[index] !== lost.node) {
            continue;
        }
        const isGone = lost.how === "gone";
        if (!isGone && pod.template.stays) {
            continue;
        }
        cluster.remove(index, !isGone);
        if (!isGone) {
            ghosts.push(index);
        }
        if (belongsTo(cluster, pod, lost.node) || (!isGone && pod.template.waits)) {
            continue;
        }
        // Nothing keeps the scheduler from putting such a pod back on the node where nothing runs.
        const mayReturn = !isGone && cluster.rulesOf(pod.template).toleratesLoss;
        (mayReturn ? stranded : moving).push(index);
    }
    cluster.lost = lost;
    const homeless = [
        ...explain(cluster, schedule(cluster, moving, course.manner)),
        ...stranded.map((index) => toStranded(cluster, index, lost.node)),
    ].flat();
    cluster.lost = undefined;
    cluster.where.forEach((node, index) => {
        if (node >= 0 && node !== before[index]) {
            cluster.remove(index);
        }
    });
    ghosts.forEach((index) => {
        cluster.forget(index, lost.node);
    });
    before.forEach((node, index) => {
        if (node >= 0 && cluster.where[index] !== node) {
            cluster.place(index, node);
        }
    });
    return homeless;
}

/** Everything is placed anew without the node. */
export function startAnew(cluster: Cluster, course: Course, lost: Lost): Homeless[] {
    clear(cluster);
    cluster.lost = lost;
    const order = course.order.filter((index) => {
        const pod = cluster.pods[index];
        return pod !== undefined && !belongsTo(cluster, pod, lost.node);
    });
    const homeless = explain(cluster, schedule(cluster, order, course.manner));
    cluster.lost = undefined;
    return homeless;
}

/** Takes all pods from their nodes. */
export function clear(cluster: Cluster): void {
    cluster.where.forEach((node, index) => {
        if (node >= 0) {
            cluster.remove(index);
        }
    });
}
