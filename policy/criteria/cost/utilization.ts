/** COST-02: the nodes are neither idle nor overfull. */
import { type StackCriterion, violated } from "../../kernel/criterion";
import { type Amounts, plus, times } from "../../engines/scheduling/amounts";
import type { ClusterNode } from "../../engines/scheduling/nodes";
import { losable, podsOfTemplates } from "../../engines/scheduling/proof";
import { judgeCapacity } from "../../engines/scheduling/stack";
import type { Template } from "../../engines/scheduling/template";

/** What sites aim at, in percent (readiness.md). */
const AIM = { least: 40, most: 85 } as const;
/**
 * Points beside the aim that are no finding yet: a request that shrinks or one worker more moves the
 * share by some, and whether a lost node leaves room is proven by HA-11, not here.
 */
const ROOM = 5;
const LEAST = AIM.least - ROOM;
const MOST = AIM.most + ROOM;
const RESOURCES = ["cpu", "memory"] as const;

/** Shares in percent. */
export type Utilization = Readonly<Record<(typeof RESOURCES)[number], number>>;

/**
 * What pods ask for, of the workers without the largest: these must do when one is lost. Pods that
 * belong to a node are counted on those nodes only.
 */
export function utilization(
    nodes: readonly ClusterNode[],
    templates: readonly Template[],
): Utilization {
    const workers = losable(nodes).flatMap((index) => nodes[index] ?? []);
    const size = ({ allocatable }: ClusterNode) => allocatable.memory ?? 0;
    const [, ...rest] = [...workers].sort((left, right) => size(right) - size(left));
    // A single node has no spare: then it is the whole cluster.
    const kept = rest.length > 0 ? rest : workers;
    const names = new Set(kept.map(({ name }) => name));
    const capacity = kept.map(({ allocatable }) => allocatable).reduce<Amounts>(plus, {});
    const asked = podsOfTemplates(templates, nodes)
        .filter(({ template, pin }) =>
            pin === undefined
                ? !template.set.local || kept.some((node) => template.selects(node))
                : names.has(nodes[pin]?.name ?? ""),
        )
        .map(({ template }) => template.requests)
        .reduce<Amounts>(plus, {});
    const share = (resource: string) =>
        (times(asked, 100)[resource] ?? 0) / (capacity[resource] ?? 1);
    return { cpu: share("cpu"), memory: share("memory") };
}

/** Shares in words, each rounded to the side on which it is, so that none contradicts the verdict. */
function showShares(shares: Utilization, isIdle: boolean): string {
    const round = isIdle ? Math.floor : Math.ceil;
    return RESOURCES.map(
        (resource) => `${(round(shares[resource] * 10) / 10).toFixed(1)} % of ${resource}`,
    ).join(" and ");
}

/** What is wrong with the shares, or undefined where they are within the band and its room. */
export function utilizationFault(shares: Utilization): string | undefined {
    const used = Math.max(shares.cpu, shares.memory);
    if (used >= LEAST && used <= MOST) {
        return undefined;
    }
    const isIdle = used < LEAST;
    const verdict = isIdle
        ? `below ${LEAST} % is waste: take workers away or make them smaller`
        : `above ${MOST} % leaves no room to grow: enlarge or add workers`;
    return `requests use ${showShares(shares, isIdle)} of all workers but the largest; ${verdict}, ${AIM.least} to ${AIM.most} % is the aim`;
}

/** COST-02. */
export const requestsMatchNodes: StackCriterion = {
    id: "COST-02",
    name: "cost-02-requests-match-nodes",
    description:
        "Checks that requests use about 40 to 85 % of the workers that are left when the largest is lost, with 5 points of room on both sides.",
    severity: "low",
    remediation: "Take workers away or make them smaller below 35 %; add or enlarge above 90 %.",
    judgeStack: (facts) =>
        judgeCapacity(facts, ({ cluster, sets, templates, unknown }) => {
            if (cluster.unknown || cluster.nodes.length === 0) {
                return { subjects: 1, findings: unknown };
            }
            const shares = utilization(cluster.nodes, templates);
            // What nobody has seen yet may be what the room is for.
            const isPartial = unknown.length > 0 || facts.unrenderedCharts().length > 0;
            const isIdle = Math.max(shares.cpu, shares.memory) < LEAST;
            const fault = isIdle && isPartial ? undefined : utilizationFault(shares);
            return {
                subjects: 1,
                judged: [cluster.fact, ...sets.map(({ fact }) => fact)],
                findings: [
                    ...unknown,
                    ...(fault === undefined ? [] : [violated(cluster.fact, fault)]),
                ],
            };
        }),
};
