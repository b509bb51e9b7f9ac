/** The rules of templates, looked up once in the nodes of a cluster. Pure. */
import type { Amounts } from "./amounts";
import {
    type AffinityCount,
    Counters,
    type DomainCount,
    type Domains,
    type NodeCount,
} from "./counters";
import type { ClusterNode } from "./nodes";
import { termMatches } from "./pod-terms";
import type { SpreadConstraint } from "./spread-constraints";
import { tolerates, untolerated, UNREACHABLE } from "./taints";
import { nodePreference, type Template, wishesOf } from "./template";

/** What the scheduler needs of a node. */
export type SchedulerNode = Pick<ClusterNode, "name" | "labels" | "taints" | "allocatable">;

/** Why a template's pods cannot be on a node whatever else is there. */
export type Barrier = "" | "node selector" | "taint";

/** A spread constraint with its counts. */
export interface SpreadState {
    readonly constraint: SpreadConstraint;
    readonly count: NodeCount;
    readonly domains: Domains;
    /** By node: whether its pods count. */
    readonly eligible: readonly boolean[];
    readonly matchesItself: boolean;
}

/** A template's rules, looked up in one cluster. */
export interface Rules {
    readonly template: Template;
    /** Amounts by number of the resource. */
    readonly requests: readonly number[];
    readonly nominal: readonly number[];
    readonly incoming: readonly number[];
    readonly barriers: readonly Barrier[];
    readonly spread: readonly SpreadState[];
    readonly softSpread: readonly SpreadState[];
    /** Numbers of the resources that it asks for at all. */
    readonly asks: readonly number[];
    /** Pods that it keeps away from, and those that keep away from it. */
    readonly repulsion: readonly DomainCount[];
    readonly affinity: AffinityCount;
    readonly startsAffinity: boolean;
    readonly preferred: readonly { readonly weight: number; readonly count: DomainCount }[];
    /** Wishes of pods that are there about this template's pods. */
    readonly wishes: readonly { readonly weight: number; readonly count: DomainCount }[];
    /** By node: what node affinity prefers, and how many taints would rather keep the pod away. */
    readonly preferences: readonly number[] | undefined;
    readonly dislikes: readonly number[] | undefined;
    readonly changes: { perNode: readonly NodeCount[]; perDomain: readonly DomainCount[] };
    readonly toleratesLoss: boolean;
}

/** Looks the rules of templates up. */
export class RuleBook {
    private readonly barriersById = new Map<string, readonly Barrier[]>();
    private readonly counters: Counters;

    constructor(
        private readonly nodes: readonly SchedulerNode[],
        private readonly resources: readonly string[],
    ) {
        this.counters = new Counters(nodes);
    }

    private barriers(template: Template): readonly Barrier[] {
        const known =
            template.nodesId === undefined ? undefined : this.barriersById.get(template.nodesId);
        const barriers =
            known ??
            this.nodes.map((node): Barrier =>
                !template.selects(node)
                    ? "node selector"
                    : untolerated(node.taints, template.tolerations) === undefined
                      ? ""
                      : "taint",
            );
        if (template.nodesId !== undefined) {
            this.barriersById.set(template.nodesId, barriers);
        }
        return barriers;
    }

    private spreadState(
        template: Template,
        constraints: readonly SpreadConstraint[],
    ): SpreadState[] {
        const keys = constraints.map(({ topologyKey }) => topologyKey);
        return constraints.map((constraint) => ({
            constraint,
            count: this.counters.byNode(template.namespace, constraint.selector),
            domains: this.counters.domains(constraint.topologyKey),
            eligible: this.nodes.map(
                (node) =>
                    keys.every((key) => node.labels[key] !== undefined) &&
                    (!constraint.honorsAffinity || template.attractedBy(node)) &&
                    (!constraint.honorsTaints ||
                        untolerated(node.taints, template.tolerations) === undefined),
            ),
            matchesItself: constraint.selector.matches(template.labels),
        }));
    }

    /** By node: taints that are no barrier but not tolerated either. */
    private dislikes({ tolerations }: Template): number[] | undefined {
        const counts = this.nodes.map(
            ({ taints }) =>
                taints.filter(
                    (taint) =>
                        taint.effect === "PreferNoSchedule" &&
                        !tolerations.some((toleration) => tolerates(toleration, taint)),
                ).length,
        );
        return counts.some((count) => count > 0) ? counts : undefined;
    }

    private draft(template: Template): Omit<Rules, "wishes" | "changes"> {
        const affinity = this.counters.matchingAll(template.affinity);
        for (const term of template.antiAffinity) {
            this.counters.holding(term);
        }
        for (const { weight, term } of wishesOf(template)) {
            this.counters.wishing(weight, term);
        }
        const numbers = (amounts: Amounts) =>
            this.resources.map((resource) => amounts[resource] ?? 0);
        return {
            template,
            requests: numbers(template.requests),
            nominal: numbers(template.nominal),
            incoming: numbers(template.incoming),
            barriers: this.barriers(template),
            spread: this.spreadState(template, template.spread),
            softSpread: this.spreadState(template, template.softSpread),
            asks: [...this.resources.keys()].filter(
                (index) => (template.requests[this.resources[index] ?? ""] ?? 0) > 0,
            ),
            repulsion: template.antiAffinity.map((term) => this.counters.matching(term)),
            affinity,
            startsAffinity: affinity.terms.every((term) => termMatches(term, template)),
            preferred: template.preferred.map(({ weight, term }) => ({
                weight,
                count: this.counters.matching(term),
            })),
            preferences:
                template.preferredNodes.length === 0
                    ? undefined
                    : this.nodes.map((node) => nodePreference(template, node)),
            dislikes: this.dislikes(template),
            toleratesLoss: untolerated([UNREACHABLE], template.tolerations) === undefined,
        };
    }

    /** The rules of all templates: what changes with a pod is known only when all are. */
    write(templates: readonly Template[]): Map<Template, Rules> {
        const drafts = templates.map((template) => this.draft(template));
        return new Map(
            drafts.map((draft) => [
                draft.template,
                {
                    ...draft,
                    repulsion: [...draft.repulsion, ...this.counters.repelling(draft.template)],
                    wishes: this.counters.wishesAbout(draft.template),
                    changes: this.counters.changedBy(draft.template),
                },
            ]),
        );
    }
}
