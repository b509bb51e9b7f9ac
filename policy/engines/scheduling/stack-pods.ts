/** Every pod that the stack will have. */
import { memoize } from "../../kernel/memoize";
import type { Fact, Facts } from "../../kernel/facts";
import { holdsUnknown, readList, readTree, type Tree } from "../../kernel/tree";
import type { ClusterNodes } from "./nodes";
import { isWorkload } from "../../kubernetes/scaling";
import { operatedPods } from "../operated/made";
import { operatedSet } from "./operated-sets";
import { type ContainerDefaults, containerDefaults, withDefaults } from "./pod-resources";
import type { PodSet } from "./pod-set";
import { systemPods } from "./system-pods";
import type { TemplateSurroundings } from "./template";
import { workloadPods } from "./workload-pods";

/** The pods, and the resources whose pods only an update will know. */
export interface StackPods {
    readonly sets: readonly PodSet[];
    readonly unknown: readonly { readonly fact: Fact; readonly why: string }[];
}

/** What a finding says of pods of which only the update knows something. */
function hiddenIn(field: string): string {
    return `what its pods need (${field}) is known only at the update`;
}

/** What a RuntimeClass adds to the pods that name it. */
function withRuntimeClass(spec: Tree, facts: Facts): Tree {
    const [runtime] = facts
        .objects("node.k8s.io", "RuntimeClass")
        .filter(({ object }) => object.name === spec.runtimeClassName);
    if (runtime === undefined) {
        return spec;
    }
    const scheduling = readTree(runtime.inputs, "scheduling");
    return {
        ...spec,
        overhead: spec.overhead ?? readTree(runtime.inputs, "overhead", "podFixed"),
        nodeSelector: {
            ...readTree(spec, "nodeSelector"),
            ...readTree(scheduling, "nodeSelector"),
        },
        tolerations: [...readList(spec, "tolerations"), ...readList(scheduling, "tolerations")],
    };
}

/** Defaults by namespace; undefined for a namespace of which only an update will know them. */
export const limitDefaults = memoize(defaultsByNamespace);

function defaultsByNamespace(
    facts: Facts,
): ReadonlyMap<string, readonly ContainerDefaults[] | undefined> {
    const ranges = new Map<string, Tree[]>();
    for (const { inputs, object } of facts.objects("", "LimitRange")) {
        const namespace = object.namespace ?? "default";
        ranges.set(namespace, [...(ranges.get(namespace) ?? []), inputs]);
    }
    return new Map(
        [...ranges].map(([namespace, all]) => [
            namespace,
            all.some(({ spec }) => holdsUnknown(spec)) ? undefined : containerDefaults(all),
        ]),
    );
}

function findPods(facts: Facts, nodes: ClusterNodes | undefined): StackPods {
    const defaults = limitDefaults(facts);
    const sets: PodSet[] = nodes === undefined ? [] : systemPods(nodes);
    const { made, unjudged } = operatedPods(facts, nodes?.nodes);
    const unknown: { fact: Fact; why: string }[] = [...unjudged];
    const isHidden = ({ namespace }: PodSet) =>
        defaults.has(namespace) && defaults.get(namespace) === undefined;
    const add = (fact: Fact, found: readonly PodSet[]) => {
        sets.push(...found);
        if (found.some(isHidden)) {
            // Placed without them all the same: what does not fit now will not fit with them.
            unknown.push({ fact, why: hiddenIn("the LimitRange of its namespace") });
        }
    };
    const ofOperators = new Map<string, PodSet[]>();
    for (const item of made) {
        const own = ofOperators.get(item.fact.urn) ?? [];
        ofOperators.set(item.fact.urn, own);
        own.push(operatedSet(item));
    }
    for (const fact of facts.all()) {
        const found = isWorkload(fact)
            ? workloadPods(facts, fact)
            : (ofOperators.get(fact.urn) ?? []);
        if ("unknown" in found) {
            unknown.push({ fact, why: hiddenIn(found.unknown) });
        } else {
            add(fact, found);
        }
    }
    return {
        sets: sets.map((set) => ({
            ...set,
            spec: withDefaults(
                withRuntimeClass(set.spec, facts),
                defaults.get(set.namespace) ?? [],
            ),
        })),
        unknown,
    };
}

/** What was found, by the nodes that were asked for. */
const results = memoize(() => new Map<ClusterNodes | undefined, StackPods>());

/** Everything that makes pods, with the requests and limits they will have. */
export function stackPods(facts: Facts, nodes?: ClusterNodes): StackPods {
    const known = results(facts);
    const pods = known.get(nodes) ?? findPods(facts, nodes);
    known.set(nodes, pods);
    return pods;
}

const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
    "system-node-critical": 2_000_001_000,
    "system-cluster-critical": 2_000_000_000,
};

/** From the name of a PriorityClass to what the class says; undefined asks for the default one. */
function priorityClasses(facts: Facts): (name: string | undefined) => Tree | undefined {
    const classes = facts.objects("scheduling.k8s.io", "PriorityClass");
    const byName = new Map(classes.map(({ object, inputs }) => [object.name, inputs]));
    const fallback = classes.find(({ inputs }) => inputs.globalDefault === true)?.inputs;
    return (name) => (name === undefined ? fallback : byName.get(name));
}

/** From the name of a PriorityClass to its value; undefined asks for the default. */
export function priorityOf(facts: Facts): TemplateSurroundings["priority"] {
    const classOf = priorityClasses(facts);
    return (name) => SYSTEM_PRIORITIES[name ?? ""] ?? (Number(classOf(name)?.value) || 0);
}

/** From the name of a PriorityClass to whether its pods evict lesser ones. */
export function preemptionOf(facts: Facts): TemplateSurroundings["preempts"] {
    const classOf = priorityClasses(facts);
    return (name) => classOf(name)?.preemptionPolicy !== "Never";
}
