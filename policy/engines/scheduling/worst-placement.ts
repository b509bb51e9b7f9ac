/**
 * How many pods the scheduler may put on some nodes, at worst: not where pods will be, but where
 * their constraints do not forbid them to be. Room is not looked at, wishes (preferred terms,
 * `ScheduleAnyway`) count for nothing. Pure.
 */
import type { SchedulerNode } from "./rules";
import { termMatches } from "./pod-terms";
import type { SpreadConstraint } from "./spread-constraints";
import { untolerated } from "./taints";
import type { Template } from "./template";

type Node = Pick<SchedulerNode, "name" | "labels" | "taints">;

/** What is asked: pods on these nodes, of all that the cluster has. */
export interface Ground {
    readonly nodes: readonly Node[];
    /** Whether a node is one of those that are asked about. */
    readonly isAsked: (node: Node) => boolean;
    /** All templates of the stack: spread constraints count whoever their selector selects. */
    readonly templates: readonly Template[];
}

function valuesOf(nodes: readonly Node[], key: string): Set<string> {
    return new Set(nodes.flatMap(({ labels }) => labels[key] ?? []));
}

function isOpen(template: Template, { taints }: Node): boolean {
    return untolerated(taints, template.tolerations) === undefined;
}

/** Where a pod may be while nothing else is there. */
function placesOf(template: Template, { nodes }: Ground): Node[] {
    return nodes.filter(
        (node) =>
            template.selects(node) &&
            isOpen(template, node) &&
            // plugins/podtopologyspread/filtering.go: a node without the label is refused.
            template.spread.every(({ topologyKey }) => topologyKey in node.labels),
    );
}

/** How many pods a set has; those of one pod per node are on each node that admits them. */
function countOf(template: Template, ground: Ground): number {
    return template.set.perNode ? placesOf(template, ground).length : template.set.count;
}

/**
 * The most pods that one domain of a spread constraint may have. While it has `m` of them, no other
 * domain that counts has fewer than `m - maxSkew`; a domain that counts but takes no pod has none
 * for ever, and so has the one that `minDomains` misses.
 */
function mostInDomain(
    { selector, topologyKey, maxSkew, minDomains, ...honors }: SpreadConstraint,
    template: Template,
    ground: Ground,
): number {
    const counted = ground.nodes.filter(
        (node) =>
            template.spread.every((other) => other.topologyKey in node.labels) &&
            (!honors.honorsAffinity || template.attractedBy(node)) &&
            (!honors.honorsTaints || isOpen(template, node)),
    );
    const domains = valuesOf(counted, topologyKey);
    const selected = ground.templates.filter(
        ({ namespace, labels }) => namespace === template.namespace && selector.matches(labels),
    );
    const taking = new Set(
        selected.flatMap((other) => [...valuesOf(placesOf(other, ground), topologyKey)]),
    );
    const isEverEmpty =
        domains.size < minDomains || [...domains].some((domain) => !taking.has(domain));
    if (isEverEmpty) {
        return maxSkew;
    }
    const pods = selected.reduce((sum, other) => sum + countOf(other, ground), 0);
    return Math.max(maxSkew, Math.floor((pods + (domains.size - 1) * maxSkew) / domains.size));
}

/** What keeps pods from being on the asked nodes, by what says so. */
function limitsOf(template: Template, ground: Ground, asked: readonly Node[]): Map<string, number> {
    const limits = new Map<string, number>();
    for (const term of template.antiAffinity) {
        const { topologyKey, id } = term;
        // On a node without the label nothing keeps them apart.
        if (termMatches(term, template) && asked.every(({ labels }) => topologyKey in labels)) {
            limits.set(`apart ${id}`, valuesOf(asked, topologyKey).size);
        }
    }
    for (const constraint of template.spread) {
        const { selector, topologyKey } = constraint;
        if (!selector.isEmpty && selector.matches(template.labels)) {
            const domains = valuesOf(asked, topologyKey).size;
            limits.set(
                `spread ${template.namespace} ${topologyKey} ${selector.id}`,
                domains * mostInDomain(constraint, template, ground),
            );
        }
    }
    return limits;
}

/**
 * The most pods of the templates together that may be on the asked nodes. A constraint that all of
 * them have, and that selects all of them, holds for their sum.
 */
export function mostPodsOn(templates: readonly Template[], ground: Ground): number {
    const each = templates.map((template) => {
        const asked = placesOf(template, ground).filter(ground.isAsked);
        const { set } = template;
        const own = set.perNode ? asked.length : asked.length === 0 ? 0 : set.count;
        const limits = limitsOf(template, ground, asked);
        return { limits, most: Math.min(own, ...limits.values()) };
    });
    const [first] = each;
    const shared = [...(first?.limits.keys() ?? [])]
        .filter((id) => each.every(({ limits }) => limits.has(id)))
        .map((id) => Math.max(...each.map(({ limits }) => limits.get(id) ?? 0)));
    return Math.min(
        each.reduce((sum, { most }) => sum + most, 0),
        ...shared,
    );
}
