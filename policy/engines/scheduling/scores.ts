/**
 * Which of several nodes kube-scheduler 1.35 prefers: the score plugins of its default profile with
 * their weights and their rounding (pkg/scheduler/framework/plugins). Left out: images that are there
 * already, which nobody knows before. Pure.
 */
import type { SimulatedCluster } from "./cluster";
import type { Rules, SpreadState } from "./rules";

const HUNDRED = 100;
const WEIGHTS = { taint: 3, nodes: 2, spread: 2, affinity: 2 } as const;
const HOSTNAME = "kubernetes.io/hostname";

/** noderesources/least_allocated.go: the emptier the better. */
function emptiness(cluster: SimulatedCluster, rules: Rules, node: number): number {
    let [sum, count] = [0, 0];
    for (const resource of [0, 1]) {
        const capacity = cluster.allocatable[resource]?.[node] ?? 0;
        if (capacity > 0) {
            const used = cluster.nominal[resource]?.[node] ?? 0;
            const free = capacity - used - (rules.incoming[resource] ?? 0);
            sum += Math.max(Math.floor((free * HUNDRED) / capacity), 0);
            count++;
        }
    }
    return count === 0 ? 0 : Math.floor(sum / count);
}

/** What would be used of one of the two resources, from 0 to 1. */
function shareUsed(
    cluster: SimulatedCluster,
    rules: Rules,
    node: number,
    resource: number,
): number {
    const used = (cluster.used[resource]?.[node] ?? 0) + (rules.requests[resource] ?? 0);
    return Math.min(used / (cluster.allocatable[resource]?.[node] ?? 0), 1);
}

/** noderesources/balanced_allocation.go: CPU and memory used alike. */
function balance(cluster: SimulatedCluster, rules: Rules, node: number): number {
    const difference = shareUsed(cluster, rules, node, 0) - shareUsed(cluster, rules, node, 1);
    // Not a number where a node has nothing of one of them, which is then not looked at.
    return Math.floor((1 - (Math.abs(difference) || 0) / 2) * HUNDRED);
}

/** Whether a node has all labels that the wishes are about; the default wishes need none. */
function hasAllKeys({ softSpread, template }: Rules, node: number): boolean {
    return (
        template.hasDefaultSpread ||
        softSpread.every(({ domains }) => (domains.of[node] ?? -1) >= 0)
    );
}

function withAllKeys(rules: Rules, nodes: readonly number[]): number {
    let count = 0;
    for (const node of nodes) {
        count += hasAllKeys(rules, node) ? 1 : 0;
    }
    return count;
}

/** Pods that a wish counts, by domain, and how many domains the nodes are in. */
function countsOf(
    cluster: SimulatedCluster,
    rules: Rules,
    state: SpreadState,
    nodes: readonly number[],
): { counts: Int32Array; size: number } {
    const { domains, count, constraint } = state;
    // The last is for nodes without the label; -1 for domains without any of the nodes.
    const counts = new Int32Array(domains.size + 1).fill(-1);
    let size = 0;
    for (const node of nodes) {
        const domain = domains.of[node] ?? -1;
        const index = domain < 0 ? domains.size : domain;
        if (counts[index] === -1 && hasAllKeys(rules, node)) {
            counts[index] = 0;
            size++;
        }
    }
    for (let node = 0; node < cluster.nodes.length && !constraint.selector.isEmpty; node++) {
        const domain = domains.of[node] ?? -1;
        const before = domain < 0 ? -1 : (counts[domain] ?? -1);
        if (before >= 0 && hasAllKeys(rules, node) && cluster.isCounted(state, node, rules)) {
            counts[domain] = before + (count.perNode[node] ?? 0);
        }
    }
    return { counts, size };
}

/** Adds what a wish says against each of the nodes. */
function addCosts(
    costs: number[],
    cluster: SimulatedCluster,
    rules: Rules,
    state: SpreadState,
    nodes: readonly number[],
): void {
    const { domains, count, constraint } = state;
    const { maxSkew, selector, topologyKey } = constraint;
    // Pods of the same node are counted whatever the constraint leaves out.
    const ofDomains = topologyKey === HOSTNAME ? undefined : countsOf(cluster, rules, state, nodes);
    const weight = Math.log((ofDomains?.size ?? withAllKeys(rules, nodes)) + 2);
    for (let position = 0; position < nodes.length; position++) {
        const node = nodes[position] ?? -1;
        const domain = domains.of[node] ?? -1;
        if (domain >= 0) {
            const own = selector.isEmpty ? 0 : (count.perNode[node] ?? 0);
            const pods = ofDomains === undefined ? own : (ofDomains.counts[domain] ?? 0);
            costs[position] = (costs[position] ?? 0) + Math.max(pods, 0) * weight + maxSkew - 1;
        }
    }
}

/** podtopologyspread/scoring.go: the fewer pods of the same kind nearby the better. */
function spreading(cluster: SimulatedCluster, rules: Rules, nodes: readonly number[]): number[] {
    const costs = nodes.map(() => 0);
    for (const state of rules.softSpread) {
        addCosts(costs, cluster, rules, state, nodes);
    }
    let [most, least] = [0, Infinity];
    costs.forEach((cost, position) => {
        // -1 for nodes that are not compared.
        const rounded = hasAllKeys(rules, nodes[position] ?? -1) ? Math.round(cost) : -1;
        costs[position] = rounded;
        most = Math.max(most, rounded);
        least = rounded < 0 ? least : Math.min(least, rounded);
    });
    return costs.map((cost) =>
        cost < 0 ? 0 : most === 0 ? HUNDRED : Math.floor((HUNDRED * (most + least - cost)) / most),
    );
}

/** interpodaffinity/scoring.go: wishes of the pod, and of those that are there. */
function attraction({ preferred, wishes }: Rules, nodes: readonly number[]): number[] {
    const values = nodes.map((node) => {
        let value = 0;
        for (const list of [preferred, wishes]) {
            for (const { weight, count } of list) {
                const domain = count.domains.of[node] ?? -1;
                value += domain < 0 ? 0 : weight * (count.counts[domain] ?? 0);
            }
        }
        return value;
    });
    const least = Math.min(...values);
    const range = Math.max(...values) - least;
    return values.map((value) =>
        range === 0 ? 0 : Math.trunc(HUNDRED * ((value - least) / range)),
    );
}

/** helper/normalize_score.go: shares of the highest of the nodes. */
function shares(ofAll: readonly number[], nodes: readonly number[]): number[] {
    const most = Math.max(...nodes.map((node) => ofAll[node] ?? 0));
    return nodes.map((node) =>
        most === 0 ? 0 : Math.floor((HUNDRED * (ofAll[node] ?? 0)) / most),
    );
}

/** Adds the points of one plugin, given for each of the nodes. */
function addPoints(total: number[], weight: number, points: readonly number[]): void {
    for (let position = 0; position < total.length; position++) {
        total[position] = (total[position] ?? 0) + weight * (points[position] ?? 0);
    }
}

/** The score of each of the nodes. */
export function scores(
    cluster: SimulatedCluster,
    rules: Rules,
    nodes: readonly number[],
): number[] {
    const { preferences, dislikes, softSpread, preferred, wishes, requests } = rules;
    const isModest = (requests[0] ?? 0) === 0 && (requests[1] ?? 0) === 0;
    const total = nodes.map(
        (node) => emptiness(cluster, rules, node) + (isModest ? 0 : balance(cluster, rules, node)),
    );
    if (softSpread.length > 0) {
        addPoints(total, WEIGHTS.spread, spreading(cluster, rules, nodes));
    }
    if (preferred.length + wishes.length > 0) {
        addPoints(total, WEIGHTS.affinity, attraction(rules, nodes));
    }
    if (preferences !== undefined) {
        addPoints(total, WEIGHTS.nodes, shares(preferences, nodes));
    }
    if (dislikes !== undefined) {
        addPoints(total, -WEIGHTS.taint, shares(dislikes, nodes));
    }
    return total;
}
