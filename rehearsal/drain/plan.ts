/** Which node is drained while which other one is down. Pure. */
import type { ClusterNode } from "../../policy/engines/scheduling/nodes";
import type { Capacity } from "../../policy/engines/scheduling/stack";
import { etcdWithout } from "../loss/consequences";

/** One drain to come. */
export interface DrainPlan {
    readonly node: string;
    readonly otherDown?: string;
    /** Why it must not be done, and is not. */
    readonly notDone?: string;
}

/** A budget with the nodes of its healthy pods. */
export interface GuardedNodes {
    readonly desired: number;
    readonly nodes: readonly string[];
}

/** As docs/upgrades.md has it: control planes first. */
function inOrder(nodes: readonly ClusterNode[]): ClusterNode[] {
    return [...nodes].sort(
        (one, other) => Number(one.role === "worker") - Number(other.role === "worker"),
    );
}

/** Every node, one after the other. */
export function plainPlans({ cluster }: Pick<Capacity, "cluster">): DrainPlan[] {
    return inOrder(cluster.nodes).map(({ name }) => ({ node: name }));
}

/** How many pods budgets would miss with both nodes gone. */
function shortfall(gone: readonly string[], guarded: readonly GuardedNodes[]): number {
    return guarded.reduce((sum, { desired, nodes }) => {
        const left = nodes.filter((node) => !gone.includes(node)).length;
        return sum + Math.max(0, desired - left);
    }, 0);
}

/**
 * Every node, each while that other node is down whose loss leaves budgets the least; of equal ones
 * the first. A pair that stops etcd is named and not done.
 */
export function plansWithOneDown(
    capacity: Capacity,
    guarded: readonly GuardedNodes[],
): DrainPlan[] {
    const nodes = inOrder(capacity.cluster.nodes);
    return nodes.flatMap(({ name }): DrainPlan[] => {
        const others = nodes.filter((other) => other.name !== name).map((other) => other.name);
        const fatal = (other: string) => etcdWithout([name, other], capacity);
        const possible = others
            .filter((other) => fatal(other) === undefined)
            .map((other) => ({ other, missing: shortfall([name, other], guarded) }));
        const most = Math.max(...possible.map(({ missing }) => missing));
        const worst = possible.find(({ missing }) => missing === most);
        const stopped = others.find((other) => fatal(other) !== undefined);
        return [
            ...(worst === undefined ? [] : [{ node: name, otherDown: worst.other }]),
            ...(stopped === undefined
                ? []
                : [{ node: name, otherDown: stopped, notDone: fatal(stopped) }]),
        ];
    });
}
