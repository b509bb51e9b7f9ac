/**
 * Every reference by name of an object: in pods by its shape, in custom resources where their rooms
 * in operators/ say, elsewhere by kind.
 */
import type { ObjectOf } from "../../kernel/facts";
import { isTree, type Tree } from "../../kernel/tree";
import { isCustomGroup } from "../../kubernetes/api-groups";
import { isTemplateKind } from "../../kubernetes/workloads";
import type { PodsMade } from "../operated/made";
import { ofKind } from "./by-kind";
import { hostsIn } from "./hosts";
import type { Inventory } from "./inventory";
import { roomNames } from "./names";
import { CORE_SERVICE, type Reference } from "./resolve";
import { type Mention, show, type Visitor, walk } from "./shapes";

/** Kinds whose fields look like references but are none, each with the reason. */
const NOT_WALKED: Readonly<Record<string, string>> = {
    "apiextensions.k8s.io/CustomResourceDefinition": "a schema names fields",
    "/Secret": "its values are nobody's business",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicy": "patterns for other objects",
    "admissionregistration.k8s.io/MutatingAdmissionPolicy": "patterns for other objects",
    "kyverno.io/ClusterPolicy": "patterns for other objects",
    "kyverno.io/Policy": "patterns for other objects",
    "argoproj.io/Application": "values for a chart that another cluster may render",
    "argoproj.io/ApplicationSet": "templates of applications",
};
const PATTERN_GROUPS = /^(?:policies\.kyverno\.io|(?:templates|constraints)\.gatekeeper\.sh)$/;

/** A selector for pods, in an affinity or a spread constraint. */
export interface InnerSelector {
    readonly fact: ObjectOf;
    readonly where: string;
    /** The term or constraint that it stands in. */
    readonly term: Tree;
}

/** What one object refers to. */
export interface FoundReferences {
    readonly references: readonly Reference[];
    readonly selectors: readonly InnerSelector[];
    /** Places that may name something, known only at the update. */
    readonly unknown: readonly string[];
}

/** Fields of pods, and of what makes them, that name other objects somewhere inside. */
const NAMING = new Set([
    ...["spec", "jobTemplate", "template", "volumeClaimTemplates", "tls"],
    ...["containers", "initContainers", "env", "envFrom", "valueFrom", "imagePullSecrets"],
    ...["volumes", "projected", "sources", "csi", "persistentVolumeClaim"],
    ...["affinity", "podAffinity", "podAntiAffinity", "podAffinityTerm"],
    ...["requiredDuringSchedulingIgnoredDuringExecution", "topologySpreadConstraints"],
    "preferredDuringSchedulingIgnoredDuringExecution",
]);

/** Whether something with a topology key selects pods: a term of a pod affinity, or a constraint. */
function selectsPods(tree: Tree, path: readonly string[]): boolean {
    return "topologyKey" in tree && /[aA]ffinity|topologySpreadConstraints/.test(path.join("."));
}

/** Collects what a walk meets, each thing once. */
class Collector {
    readonly references: Reference[] = [];
    readonly selectors: InnerSelector[] = [];
    readonly unknown: string[] = [];
    private readonly seen = new Set<string>();

    constructor(
        private readonly fact: ObjectOf,
        private readonly inventory: Inventory,
    ) {}

    private isNew(...parts: readonly unknown[]): boolean {
        const key = JSON.stringify(parts);
        const known = this.seen.has(key);
        this.seen.add(key);
        return !known;
    }

    mention(
        { path, namespace = this.fact.object.namespace ?? "", ...rest }: Mention,
        of = "",
    ): void {
        const { kind, name, keys } = rest;
        if (this.isNew("mention", of === "" ? path : "", kind, namespace, name, keys)) {
            this.references.push({
                fact: this.fact,
                where: `${show(path)}${of}`,
                namespace,
                ...rest,
            });
        }
    }

    select(term: Tree, path: readonly string[], of = ""): void {
        if (selectsPods(term, path) && this.isNew("select", of === "" ? path : "", term)) {
            this.selectors.push({ fact: this.fact, where: `${show(path)}${of}`, term });
        }
    }

    /** Hosts of Services, wherever a text holds one. */
    text(text: string, path: readonly string[]): void {
        const { fact } = this;
        const isNamespace = (name: string) =>
            this.inventory.namespaces.get(name)?.declared === true;
        for (const { namespace, service: name, port } of hostsIn(text, isNamespace)) {
            if (this.isNew("host", namespace, name, port)) {
                this.references.push({
                    fact,
                    where: show(path),
                    kind: CORE_SERVICE,
                    ...{ namespace, name, port },
                });
            }
        }
    }
}

function walkFields(fields: Tree, visitor: Visitor): void {
    for (const [field, value] of Object.entries(fields)) {
        if (field !== "metadata" && field !== "status" && field !== "kind") {
            walk({ [field]: value }, [], visitor);
        }
    }
}

/**
 * Everything that an object names.
 *
 * @param made the pods that an operator makes of it
 */
export function findReferences(
    fact: ObjectOf,
    inventory: Inventory,
    made: readonly PodsMade[],
): FoundReferences {
    const { group, kind } = fact.object;
    const id = `${group}/${kind}`;
    const collector = new Collector(fact, inventory);
    collector.references.push(...ofKind(fact), ...roomNames(fact, inventory));
    if (id in NOT_WALKED || PATTERN_GROUPS.test(group)) {
        return collector;
    }
    const text: Visitor["text"] = (value, path) => {
        collector.text(value, path);
    };
    const named: Visitor = {
        mention: (mention) => {
            collector.mention(mention);
        },
        tree: (term, path) => {
            collector.select(term, path);
        },
        unknown: (field, path) => {
            // A `storage` elsewhere is an amount.
            if (NAMING.has(field)) {
                collector.unknown.push(show(path));
            }
        },
    };
    if (isCustomGroup(group)) {
        walkFields(fact.inputs, { text });
        if (isTemplateKind(id)) {
            // The pods that Kubernetes knows; everything else of the kind is for its room.
            const { spec } = fact.inputs;
            walkFields({ spec: isTree(spec) ? { template: spec.template } : spec }, named);
        }
    } else {
        walkFields(fact.inputs, { text, ...named });
    }
    for (const { fact: placed, pods } of made) {
        const of = ` of ${pods.part}`;
        // Pods of a resource in no namespace are in one all the same, and so is what they name.
        const own = pods.namespace === undefined ? collector : new Collector(placed, inventory);
        walk(pods.pod, [], {
            mention: (mention) => {
                own.mention(mention, of);
            },
            tree: (term, path) => {
                own.select(term, path, of);
            },
        });
        if (own !== collector) {
            collector.references.push(...own.references);
            collector.selectors.push(...own.selectors);
        }
    }
    return collector;
}
