/**
 * Which of several nodes kube-scheduler 1.35 prefers: the score plugins of its default profile with
 * their weights and their rounding (pkg/scheduler/framework/plugins). Left out: images that are there
 * already, which nobody knows before. Pure.
 */
import type { Cluster } from "./cluster";
import type { Rules, SpreadState } from "./rules";

const HUNDRED = 100;
const WEIGHTS = { taint: 3, nodes: 2, spread: 2, affinity: 2 } as const;
const HOSTNAME = "kubernetes.io/hostname";

/** noderesources/least_allocated.go: the emptier the better. */
function emptiness(cluster: Cluster, rules: Rules, node: number): number {
    let [sum, count] = [0, 0];
    for (const resource of [0, 1]) {
        const capacity = cluster.allocatable[resource]?.[node] ?? 0;
        if (capacity > 0) {
            const used = cluster.nominal[resource]?.[node] ?? 0;
            const free = capacity - used - (rules.nominal[resource] ?? 0);
            sum += Math.max(Math.floor((free * HUNDRED) / capacity), 0);
            count++;
        }
    }
    return count === 0 ? 0 : Math.floor(sum / count);
}

/** noderesources/balanced_allocation.go: CPU and memory used alike; nothing for pods without either. */
function balance(cluster: Cluster, rules: Rules, node: number): number {
    const shares = [0, 1].flatMap((resource) => {
        const capacity = cluster.allocatable[resource]?.[node] ?? 0;
        const used = (cluster.used[resource]?.[node] ?? 0) + (rules.requests[resource] ?? 0);
        return capacity > 0 ? [Math.min(used / capacity, 1)] : [];
    });
    const [cpu = 0, memory = cpu] = shares;
    return Math.floor((1 - Math.abs(cpu - memory) / 2) * HUNDRED);
}

/** Pods that a wish counts, by domain; undefined for a domain without any of the nodes. */
function countsOf(
    cluster: Cluster,
    rules: Rules,
    state: SpreadState,
    nodes: readonly number[],
    hasAllKeys: (node: number) => boolean,
): { of: (node: number) => number; size: number } {
    const { domains, count, constraint } = state;
    const own = (node: number) => (constraint.selector.isEmpty ? 0 : (count.perNode[node] ?? 0));
    if (constraint.topologyKey === HOSTNAME) {
        return { of: own, size: nodes.filter(hasAllKeys).length };
    }
    const counts = new Map<number, number>();
    for (const node of nodes.filter(hasAllKeys)) {
        counts.set(domains.of[node] ?? -1, 0);
    }
    for (let node = 0; node < cluster.nodes.length; node++) {
        const domain = domains.of[node] ?? -1;
        const before = counts.get(domain);
        if (before !== undefined && hasAllKeys(node) && cluster.isCounted(state, node, rules)) {
            counts.set(domain, before + own(node));
        }
    }
    return { of: (node) => counts.get(domains.of[node] ?? -1) ?? 0, size: counts.size };
}

/** podtopologyspread/scoring.go: the fewer pods of the same kind nearby the better. */
function spreading(cluster: Cluster, rules: Rules, nodes: readonly number[]): number[] {
    const { softSpread, template } = rules;
    const hasAllKeys = (node: number) =>
        template.hasDefaultSpread ||
        softSpread.every(({ domains }) => (domains.of[node] ?? -1) >= 0);
    const costs = nodes.map((node): number | undefined => (hasAllKeys(node) ? 0 : undefined));
    for (const state of softSpread) {
        const { of, size } = countsOf(cluster, rules, state, nodes, hasAllKeys);
        nodes.forEach((node, position) => {
            const cost = costs[position];
            if (cost !== undefined && (state.domains.of[node] ?? -1) >= 0) {
                const { maxSkew } = state.constraint;
                costs[position] = cost + of(node) * Math.log(size + 2) + maxSkew - 1;
            }
        });
    }
    const rounded = costs.map((cost) => (cost === undefined ? undefined : Math.round(cost)));
    const counted = rounded.filter((cost) => cost !== undefined);
    const most = Math.max(0, ...counted);
    const least = Math.min(...counted);
    return rounded.map((cost) =>
        cost === undefined
            ? 0
            : most === 0
              ? HUNDRED
              : Math.floor((HUNDRED * (most + least - cost)) / most),
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

/** helper/normalize_score.go: shares of the highest. */
function shares(values: readonly number[]): number[] {
    const most = Math.max(...values);
    return values.map((value) => (most === 0 ? 0 : Math.floor((HUNDRED * value) / most)));
}

/** The score of each of the nodes. */
export function scores(cluster: Cluster, rules: Rules, nodes: readonly number[]): number[] {
    const { preferences, dislikes, softSpread, preferred, wishes, requests } = rules;
    const isModest = (requests[0] ?? 0) === 0 && (requests[1] ?? 0) === 0;
    const total = nodes.map(
        (node) => emptiness(cluster, rules, node) + (isModest ? 0 : balance(cluster, rules, node)),
    );
    const add = (weight: number, values: readonly number[]) => {
        values.forEach((value, position) => {
            total[position] = (total[position] ?? 0) + weight * value;
        });
    };
    const ofNodes = (values: readonly number[]) => nodes.map((node) => values[node] ?? 0);
    if (softSpread.length > 0) {
        add(WEIGHTS.spread, spreading(cluster, rules, nodes));
    }
    if (preferred.length + wishes.length > 0) {
        add(WEIGHTS.affinity, attraction(rules, nodes));
    }
    if (preferences !== undefined) {
        add(WEIGHTS.nodes, shares(ofNodes(preferences)));
    }
    if (dislikes !== undefined) {
        add(-WEIGHTS.taint, shares(ofNodes(dislikes)));
    }
    return total;
}
