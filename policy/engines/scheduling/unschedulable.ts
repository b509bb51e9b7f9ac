/** Pods without a place, and why. Pure. */
import type { SimulatedCluster } from "./cluster";
import { filterFor, type Reason } from "./filters";
import type { Template } from "./template";

/** Pods without a place, of one template. */
export interface Unschedulable {
    readonly template: Template;
    readonly count: number;
    /** For each reason, the nodes that it excludes. */
    readonly reasons: ReadonlyMap<Reason, readonly string[]>;
    /** What is missing on the node that comes closest; undefined if room alone would not help. */
    readonly missing:
        { readonly node: string; readonly amounts: Readonly<Record<string, number>> } | undefined;
}

/** What is missing on a node, all resources together, as a share of what the pod asks for. */
function shortage(cluster: SimulatedCluster, template: Template, node: number) {
    const amounts: Record<string, number> = {};
    let share = 0;
    cluster.resources.forEach((resource, index) => {
        const asked = template.requests[resource] ?? 0;
        const free = (cluster.allocatable[index]?.[node] ?? 0) - (cluster.used[index]?.[node] ?? 0);
        if (asked > 0 && asked > free) {
            amounts[resource] = asked - free;
            share += (asked - free) / asked;
        }
    });
    return { node: cluster.nodes[node]?.name ?? "", amounts, share };
}

/** What keeps pods from every node. */
export function explainUnschedulable(
    cluster: SimulatedCluster,
    unplaced: readonly number[],
): Unschedulable[] {
    const counts = new Map<Template, { count: number; pin: number | undefined }>();
    for (const index of unplaced) {
        const pod = cluster.pods[index];
        if (pod !== undefined) {
            const count = (counts.get(pod.template)?.count ?? 0) + 1;
            counts.set(pod.template, { count, pin: pod.pin });
        }
    }
    return [...counts].map(([template, { count, pin }]) => {
        const filter = filterFor(cluster, cluster.rulesOf(template), pin);
        const reasons = new Map<Reason, string[]>();
        const shortages: ReturnType<typeof shortage>[] = [];
        cluster.nodes.forEach(({ name }, node) => {
            const reason = filter(node);
            if (reason !== undefined && reason !== "lost" && reason !== "other node") {
                reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
                if (reason.startsWith("resource ")) {
                    shortages.push(shortage(cluster, template, node));
                }
            }
        });
        const [missing] = shortages.sort((left, right) => left.share - right.share);
        return { template, count, reasons, missing };
    });
}
