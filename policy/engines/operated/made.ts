/** What operators make of the custom resources of a stack: queries on the rooms in operators/. */
import type { MadeBudget, MadePods, Surroundings } from "../../../operators/behaviour";
import { type Finding, notJudged } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import { type ClusterNode, clusterNodes } from "../scheduling/nodes";
import {
    HIDDEN,
    type OperatedResource,
    operatedStack,
    UNDESCRIBED,
    type Unjudged,
} from "./resources";

/** Pods of one kind that an operator makes of a resource. */
export interface PodsMade {
    readonly fact: ObjectOf;
    readonly pods: MadePods;
}

/** A PodDisruptionBudget that an operator keeps, in the namespace of the resource. */
export interface BudgetMade {
    readonly fact: ObjectOf;
    readonly namespace: string;
    readonly budget: MadeBudget;
}

/** What operators make that runs, and the resources of which nobody can say. */
export interface OperatedPods {
    readonly made: readonly PodsMade[];
    readonly unjudged: readonly Unjudged[];
}

type Nodes = readonly Pick<ClusterNode, "name" | "storage" | "shape">[];

function surroundingsOf(facts: Facts, nodes: Nodes): Surroundings {
    const { byKind } = operatedStack(facts);
    return {
        all: (kind) => byKind.get(kind) ?? [],
        nodes: nodes.map(({ name, storage, shape }) => ({
            name,
            disks: storage.length,
            cores: shape.cores,
        })),
    };
}

/** The resource, in the namespace of its pods. */
function placed(fact: ObjectOf, { namespace }: MadePods): ObjectOf {
    return namespace === undefined ? fact : { ...fact, object: { ...fact.object, namespace } };
}

function findPods(facts: Facts, nodes: Nodes): OperatedPods {
    const { resources, hidden, undescribed } = operatedStack(facts);
    const surroundings = surroundingsOf(facts, nodes);
    const made: PodsMade[] = [];
    const unjudged: Unjudged[] = [
        ...undescribed.map((fact) => ({ fact, why: UNDESCRIBED })),
        ...hidden
            .filter(({ behaviour }) => behaviour.pods !== undefined)
            .map(({ fact }) => ({ fact, why: HIDDEN })),
    ];
    for (const { fact, resource, behaviour } of resources.values()) {
        const found = behaviour.pods?.(resource, surroundings) ?? [];
        if (typeof found === "string") {
            unjudged.push({ fact, why: found });
        } else {
            made.push(...found.map((pods) => ({ fact: placed(fact, pods), pods })));
        }
    }
    return { made, unjudged };
}

/** What was found, by the nodes that were asked for. */
const results = memoize(() => new Map<Nodes, OperatedPods>());
const NONE: Nodes = [];

/** The nodes that operators look at: those of the stack, unless others are known. */
function nodesOf(facts: Facts, nodes: Nodes | undefined): Nodes {
    return nodes ?? clusterNodes(facts)?.nodes ?? NONE;
}

/** The pods that operators make. */
export function operatedPods(facts: Facts, nodes?: Nodes): OperatedPods {
    const known = results(facts);
    const wanted = nodesOf(facts, nodes);
    const pods = known.get(wanted) ?? findPods(facts, wanted);
    known.set(wanted, pods);
    return pods;
}

/** The pods that operators make, by the URN of the resource. */
export const podsByResource = memoize((facts): ReadonlyMap<string, readonly PodsMade[]> => {
    const found = new Map<string, PodsMade[]>();
    for (const item of operatedPods(facts).made) {
        const own = found.get(item.fact.urn) ?? [];
        found.set(item.fact.urn, own);
        own.push(item);
    }
    return found;
});

/** A finding for each resource of which nobody can say what pods are made of it. */
export function unjudgedPods(facts: Facts): Finding[] {
    return operatedPods(facts).unjudged.map(({ fact, why }) => notJudged(fact, why));
}

/** What operators look at besides their resource, once for all who ask. */
export const surroundingsIn = memoize((facts) => surroundingsOf(facts, nodesOf(facts, undefined)));

/** The PodDisruptionBudgets that operators keep. */
export const operatedBudgets = memoize((facts): readonly BudgetMade[] => {
    const surroundings = surroundingsIn(facts);
    return [...operatedStack(facts).resources.values()].flatMap(({ fact, resource, behaviour }) =>
        (behaviour.budgets?.(resource, surroundings) ?? []).map((budget) => ({
            fact,
            namespace: fact.object.namespace ?? "default",
            budget,
        })),
    );
});

/** The resources of which operators make something, each with its room. */
export function operatedResources(facts: Facts): readonly OperatedResource[] {
    return [...operatedStack(facts).resources.values()];
}
