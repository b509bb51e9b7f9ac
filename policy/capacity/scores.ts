/**
 * Which of several nodes kube-scheduler 1.35 prefers, with the weights of its default profile. An
 * approximation: images that are already there and the preferences of placed pods are left out. Pure.
 */
import type { Cluster } from "./cluster";
import type { Rules } from "./rules";

const HUNDRED = 100;
const WEIGHTS = { taint: 3, nodes: 2, fit: 1, balance: 1, spread: 2, affinity: 2 } as const;

/** noderesources: the emptier and the more evenly used, the better. */
function resourceScore(cluster: Cluster, requests: readonly number[], node: number): number {
    const shares = [0, 1].map((resource) => {
        const capacity = cluster.allocatable[resource]?.[node] ?? 0;
        const asked = requests[resource] ?? 0;
        const used = (cluster.used[resource]?.[node] ?? 0) + asked;
        const nominal = (cluster.nominal[resource]?.[node] ?? 0) + asked;
        return capacity > 0
            ? { used: Math.min(used / capacity, 1), free: Math.max(1 - nominal / capacity, 0) }
            : { used: 0, free: 0 };
    });
    const [cpu, memory] = shares;
    const free = ((cpu?.free ?? 0) + (memory?.free ?? 0)) / 2;
    const imbalance = Math.abs((cpu?.used ?? 0) - (memory?.used ?? 0)) / 2;
    return HUNDRED * (WEIGHTS.fit * free + WEIGHTS.balance * (1 - imbalance));
}

/** podtopologyspread/scoring.go: pods of the same kind nearby, fewer are better. */
function spreadCost(cluster: Cluster, rules: Rules, nodes: readonly number[]): number[] {
    const costs = nodes.map(() => 0);
    for (const state of rules.softSpread) {
        const { domains, count, constraint } = state;
        const counts = new Int32Array(domains.size);
        for (let node = 0; node < cluster.nodes.length; node++) {
            const domain = domains.of[node] ?? -1;
            if (domain >= 0 && cluster.isCounted(state, node, rules)) {
                counts[domain] = (counts[domain] ?? 0) + (count.perNode[node] ?? 0);
            }
        }
        const size = new Set(nodes.map((node) => domains.of[node] ?? -1)).size;
        nodes.forEach((node, position) => {
            const domain = domains.of[node] ?? -1;
            const pods = domain < 0 ? 0 : (counts[domain] ?? 0);
            costs[position] =
                (costs[position] ?? 0) + pods * Math.log(size + 2) + constraint.maxSkew - 1;
        });
    }
    return costs;
}

/** Spreads raw values over 0 to 100. */
function normalized(values: readonly number[]): number[] {
    const least = Math.min(...values);
    const range = Math.max(...values) - least;
    return values.map((value) => (range === 0 ? 0 : (HUNDRED * (value - least)) / range));
}

function affinityValue({ preferred }: Rules, node: number): number {
    let value = 0;
    for (const { weight, count } of preferred) {
        const domain = count.domains.of[node] ?? -1;
        value += domain < 0 ? 0 : weight * (count.counts[domain] ?? 0);
    }
    return value;
}

/** The score of each of the nodes. */
export function scores(cluster: Cluster, rules: Rules, nodes: readonly number[]): number[] {
    const { preferences, softSpread, preferred, requests } = rules;
    const total = nodes.map((node) => resourceScore(cluster, requests, node));
    const add = (weight: number, values: readonly number[]) => {
        values.forEach((value, position) => {
            total[position] = (total[position] ?? 0) + weight * value;
        });
    };
    if (softSpread.length > 0) {
        const costs = spreadCost(cluster, rules, nodes);
        const most = Math.max(...costs);
        const least = Math.min(...costs);
        add(
            WEIGHTS.spread,
            costs.map((cost) => (most === 0 ? HUNDRED : (HUNDRED * (most + least - cost)) / most)),
        );
    }
    if (preferred.length > 0) {
        add(WEIGHTS.affinity, normalized(nodes.map((node) => affinityValue(rules, node))));
    }
    if (preferences !== undefined) {
        const most = Math.max(1, ...preferences);
        add(
            WEIGHTS.nodes,
            nodes.map((node) => (HUNDRED * (preferences[node] ?? 0)) / most),
        );
    }
    return total;
}
