/**
 * Where a pod may go: the filters of kube-scheduler 1.35 (pkg/scheduler/framework/plugins). Pure.
 */
import type { SimulatedCluster } from "./cluster";
import type { Rules } from "./rules";

/** Why a pod cannot go to a node. Resources come last: a pod that lacks only them may be helped. */
export type Reason =
    | "lost"
    | "other node"
    | "node selector"
    | "taint"
    | "host port"
    | "volume"
    | "anti-affinity"
    | "affinity"
    | "topology spread"
    | "pods"
    | `resource ${string}`;

/** Says for each node why a pod cannot go there; undefined where it can. */
export type NodeFilter = (node: number) => Reason | undefined;

/**
 * Pods by domain, and the least of all domains (plugins/podtopologyspread/filtering.go). The node
 * affinity of a pod that belongs to a node names this node alone.
 */
function skews(cluster: SimulatedCluster, rules: Rules, pin: number | undefined) {
    return rules.spread.map((state) => {
        const { domains, count, constraint, matchesItself } = state;
        const counts = new Int32Array(domains.size).fill(-1);
        let found = 0;
        const only = constraint.honorsAffinity ? pin : undefined;
        for (let node = 0; node < cluster.nodes.length; node++) {
            const domain = domains.of[node] ?? -1;
            const isEligible = node === (only ?? node) && cluster.isCounted(state, node, rules);
            if (domain >= 0 && isEligible) {
                const before = counts[domain] ?? -1;
                found += before < 0 ? 1 : 0;
                // An empty selector selects everything, but counts nothing.
                const own = constraint.selector.isEmpty ? 0 : (count.perNode[node] ?? 0);
                counts[domain] = Math.max(before, 0) + own;
            }
        }
        let least = found < constraint.minDomains ? 0 : Number.MAX_SAFE_INTEGER;
        for (const amount of counts) {
            least = amount >= 0 && amount < least ? amount : least;
        }
        return {
            of: domains.of,
            counts,
            most: constraint.maxSkew + least - (matchesItself ? 1 : 0),
        };
    });
}

/** Pod affinity, with the exception for the first of a group (plugins/interpodaffinity). */
function affinityFilter({ affinity, startsAffinity }: Rules): (node: number) => boolean {
    const { counts } = affinity;
    const isFirst = counts.every(({ total }) => total === 0) && startsAffinity;
    return (node) => {
        let allThere = true;
        for (const { domains, counts: perDomain } of counts) {
            const domain = domains.of[node] ?? -1;
            if (domain < 0) {
                return false;
            }
            allThere &&= (perDomain[domain] ?? 0) > 0;
        }
        return allThere || isFirst;
    };
}

/** The filter of a pod, in the state that the cluster has now. */
export function filterFor(cluster: SimulatedCluster, rules: Rules, pin?: number): NodeFilter {
    const spread = skews(cluster, rules, pin);
    const attracts = affinityFilter(rules);
    const { lost } = cluster;
    const { barriers, repulsion, asks, requests, template } = rules;
    const hasPorts = template.hostPorts.length > 0;
    const hasVolumes = template.volumes.exclusive.length + template.volumes.disks.length > 0;
    return (node) => {
        if (lost?.node === node) {
            return "lost";
        }
        if (pin !== undefined && pin !== node) {
            return "other node";
        }
        const barrier = barriers[node] ?? "";
        if (barrier !== "") {
            return barrier;
        }
        if (hasPorts && !cluster.hasFreePorts(rules, node)) {
            return "host port";
        }
        if (hasVolumes && !cluster.hasFreeVolumes(rules, node)) {
            return "volume";
        }
        for (const { domains, counts } of repulsion) {
            const domain = domains.of[node] ?? -1;
            if (domain >= 0 && (counts[domain] ?? 0) > 0) {
                return "anti-affinity";
            }
        }
        if (!attracts(node)) {
            return "affinity";
        }
        for (const { of, counts, most } of spread) {
            const domain = of[node] ?? -1;
            // A domain of which no node counts has no pods, for all the scheduler knows.
            if (domain < 0 || Math.max(counts[domain] ?? 0, 0) > most) {
                return "topology spread";
            }
        }
        if ((cluster.podsLeft[node] ?? 0) < 1) {
            return "pods";
        }
        for (const resource of asks) {
            const free =
                (cluster.allocatable[resource]?.[node] ?? 0) -
                (cluster.used[resource]?.[node] ?? 0);
            if ((requests[resource] ?? 0) > free) {
                return `resource ${cluster.resources[resource] ?? ""}`;
            }
        }
        return undefined;
    };
}
