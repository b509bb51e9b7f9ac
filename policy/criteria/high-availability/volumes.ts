/** HA-12: what is claimed fits on the disks, also with a storage node gone. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Fact, Facts } from "../../kernel/facts";
import { GIB, showAmount } from "../../engines/scheduling/amounts";
import { type StackClaim, stackClaims } from "../../engines/scheduling/claims";
import { type ClusterNode, clusterNodes } from "../../engines/scheduling/nodes";
import { withoutNodes } from "../../engines/scheduling/stack";
import { type Copies, copiesByClass } from "./storage-copies";

/** Share of the raw capacity that may be used: Ceph warns at 85 %, and rebalancing needs room. */
const USABLE = 0.8;

/** Claims with the same copies. */
interface Demand {
    readonly copies: Copies;
    readonly bytes: number;
}

function sum(values: readonly number[]): number {
    return values.reduce((total, value) => total + value, 0);
}

function rawOf({ storage }: ClusterNode): number {
    return sum(storage);
}

/** Raw capacity by failure domain. */
function domains(nodes: readonly ClusterNode[], failureDomain: string): number[] {
    const byDomain = new Map<string, number>();
    for (const node of nodes.filter((each) => rawOf(each) > 0)) {
        const domain = failureDomain === "zone" ? node.shape.host : node.name;
        byDomain.set(domain, (byDomain.get(domain) ?? 0) + rawOf(node));
    }
    return [...byDomain.values()];
}

/**
 * Why the demand does not fit on the nodes. Copies of one byte are in different failure domains, so
 * one domain can hold each byte only once, however large it is.
 */
function shortOf(
    nodes: readonly ClusterNode[],
    demands: readonly Demand[],
    degraded: boolean,
): string | undefined {
    const raw = sum(nodes.map(rawOf));
    const needed = sum(demands.map(({ copies, bytes }) => bytes * copies.factor));
    if (needed > USABLE * raw) {
        return `they need ${showAmount("storage", needed)} with their copies, and 80 % of ${showAmount("storage", raw)} are ${showAmount("storage", USABLE * raw)}`;
    }
    for (const { copies } of demands) {
        const capacities = domains(nodes, copies.failureDomain);
        if (copies.failureDomain === "osd" || (degraded && capacities.length < copies.places)) {
            // Ceph goes on with the copies that it has room for.
            continue;
        }
        const what = copies.failureDomain === "zone" ? "Proxmox hosts" : "nodes";
        if (capacities.length < copies.places) {
            return `their ${copies.places} copies need as many ${what} with disks, and there are ${capacities.length}`;
        }
        const data = sum(demands.map(({ bytes }) => bytes));
        const spread = sum(capacities.map((capacity) => Math.min(USABLE * capacity, data)));
        if (needed > spread) {
            return `their copies must be on different ${what}, which together hold only ${showAmount("storage", spread)} of them, and they need ${showAmount("storage", needed)}`;
        }
    }
    return undefined;
}

/** The whole GiB by which each storage node's disks must grow. */
function growth(
    nodes: readonly ClusterNode[],
    demands: readonly Demand[],
    lost: ClusterNode | undefined,
): number | undefined {
    const fits = (gibibytes: number) => {
        const left = nodes
            .filter((node) => node !== lost)
            .map((node) => ({
                ...node,
                storage: rawOf(node) > 0 ? [...node.storage, gibibytes * GIB] : [],
            }));
        return shortOf(left, demands, lost !== undefined) === undefined;
    };
    let [low, high] = [0, 1];
    while (!fits(high)) {
        [low, high] = [high, high * 2];
        if (high > 2 ** 20) {
            return undefined;
        }
    }
    while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        [low, high] = fits(middle) ? [low, middle] : [middle, high];
    }
    return high;
}

function demandsOf(facts: Facts, claims: readonly StackClaim[]) {
    const copiesOf = copiesByClass(facts);
    const demands = new Map<string, Demand>();
    const unknown: StackClaim[] = [];
    const counted: Fact[] = [];
    let count = 0;
    for (const claim of claims) {
        const copies = copiesOf(claim.storageClass);
        if (copies === "unknown") {
            unknown.push(claim);
        } else if (copies !== undefined) {
            const key = JSON.stringify(copies);
            const bytes = (demands.get(key)?.bytes ?? 0) + claim.bytes * claim.count;
            demands.set(key, { copies, bytes });
            counted.push(claim.fact);
            count += claim.count;
        }
    }
    return { demands: [...demands.values()], unknown, counted, count };
}

/** HA-12. */
export const volumes: StackCriterion = {
    id: "HA-12",
    name: "ha-12-volumes",
    description:
        "Checks that all claims with their copies fit into 80 % of the disks, also with a storage node gone.",
    severity: "high",
    remediation:
        "Enlarge the disks for Ceph in `nodes` of the stack's settings, or claim less storage.",
    judgeStack: (facts) => {
        const cluster = clusterNodes(facts);
        if (cluster === undefined) {
            const findings = withoutNodes(facts);
            return { subjects: findings.length, findings };
        }
        const { claims, unknown } = stackClaims(facts);
        const { demands, unknown: withoutPool, counted, count } = demandsOf(facts, claims);
        const { fact, nodes } = cluster;
        const hidden = [
            ...(cluster.unknown
                ? [notJudged(fact, "something about its disks is known only at the update")]
                : []),
            ...unknown.map(({ fact: claimer, why }) => notJudged(claimer, why)),
            ...withoutPool.map((claim) =>
                notJudged(
                    claim.fact,
                    `it claims from ${claim.storageClass ?? "the default class"}, whose pool is not in the stack`,
                ),
            ),
        ];
        const storageNodes = nodes.filter((node) => rawOf(node) > 0);
        const losses = [undefined, ...storageNodes];
        const subjects = count + hidden.length;
        if (count === 0 || cluster.unknown) {
            return { subjects, findings: hidden };
        }
        const found = losses.flatMap((lost): Finding[] => {
            const left = nodes.filter((node) => node !== lost);
            const short = shortOf(left, demands, lost !== undefined);
            if (short === undefined) {
                return [];
            }
            const more = growth(nodes, demands, lost);
            const when = lost === undefined ? "" : `with ${lost.name} lost, `;
            const advice =
                more === undefined
                    ? "add storage nodes"
                    : `give each storage node ${more} GiB more for Ceph`;
            return [violated(fact, `${when}the ${count} claims do not fit: ${short}; ${advice}`)];
        });
        return { subjects, judged: counted, findings: [...hidden, ...found] };
    },
};
