/**
 * What the pack knows about the stack. Resource policies see inputs and stack policies see outputs,
 * which are empty on a fresh stack (pitfall P26); so inputs are collected while resources are
 * analyzed, and everything is judged from this collection.
 */
import { isObjectType } from "../../components/base/object";
import type { PolicyResourceOptions, ResourceValidationArgs } from "@pulumi/policy";
import { type ExceptionFact, toExceptions } from "./exceptions";
import { Groups } from "./groups";
import { KindScopes } from "./scopes";
import { findWorkload, type Workload } from "../kubernetes/workloads";
import { rawInputs, read, readLabels, readString, type Tree } from "./tree";

/** A Kubernetes object among the resources. */
export interface ObjectFact {
    readonly apiVersion: string;
    /** API group; empty for the core group. */
    readonly group: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    /** The object changes one that the cluster brings (`NamespacePatch`). */
    readonly patch: boolean;
}

/** One registered resource. */
export interface Fact {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly parent?: string;
    readonly inputs: Tree;
    readonly options: PolicyResourceOptions;
    /** How exceptions and messages call it: `Kind/namespace/name`, or `type/name`. */
    readonly key: string;
    readonly object?: ObjectFact;
    /** The pods it makes, if it makes any. */
    readonly workload?: Workload;
}

/** A resource that is an object of Kubernetes. */
export type ObjectOf = Fact & { readonly object: ObjectFact };

/** The type of the resource that a URN names: the last of the types that lead to it. */
export function typeOfUrn(urn: string): string {
    return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function toObject(type: string, inputs: Tree): ObjectFact | undefined {
    if (!isObjectType(type)) {
        return undefined;
    }
    const [, typeVersion = "", typeKind = ""] = type.split(":");
    const named = (field: string, fromType: string): string | undefined =>
        read(inputs, [field]).state === "unknown" ? fromType : readString(inputs, field);
    const apiVersion = named("apiVersion", typeVersion.replace(/^core\//, ""));
    const kind = named("kind", typeKind.replace(/Patch$/, ""));
    if (apiVersion === undefined || kind === undefined) {
        return undefined;
    }
    const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
    return {
        apiVersion,
        group,
        kind,
        namespace: readString(inputs, "metadata", "namespace"),
        name: readString(inputs, "metadata", "name") ?? "",
        labels: readLabels(inputs, "metadata", "labels"),
        patch: type.endsWith(`:${kind}Patch`),
    };
}

/** How exceptions and messages call an object: `Kind/namespace/name`. */
function keyOf({ kind, namespace, name }: ObjectFact): string {
    return [kind, namespace, name].filter((part) => part).join("/");
}

/** The same object without a namespace. */
function outsideOfNamespaces(fact: ObjectOf): ObjectOf {
    const object = { ...fact.object, namespace: undefined };
    return { ...fact, object, key: keyOf(object) };
}

/** The fact of one resource, from the arguments of a resource policy. */
export function toFact(args: ResourceValidationArgs): Fact {
    const inputs = rawInputs(args.props);
    const object = toObject(args.type, inputs);
    const key =
        object === undefined
            ? `${args.type.split(":").at(-1) ?? args.type}/${args.name}`
            : keyOf(object);
    return {
        urn: args.urn,
        type: args.type,
        name: args.name,
        parent: args.opts.parent === "" ? undefined : args.opts.parent,
        inputs,
        options: args.opts,
        key,
        object,
        workload: object && findWorkload(object.group, object.kind, inputs),
    };
}

type WorkloadOf = ObjectOf & { workload: Workload };

function isObject(fact: Fact): fact is ObjectOf {
    return fact.object !== undefined;
}

function isWorkload(fact: Fact): fact is WorkloadOf {
    return isObject(fact) && fact.workload !== undefined;
}

/** `<group>/<Kind>`; empty for what is no Kubernetes object. */
function kindOf({ object }: Fact): string {
    return object === undefined ? "" : `${object.group}/${object.kind}`;
}

const DEFINITION = "apiextensions.k8s.io/CustomResourceDefinition";

/** Everything collected so far; for stack policies restricted to what the stack holds. */
export class Facts {
    private readonly byUrn = new Map<string, Fact>();
    private readonly byType = new Groups<Fact>();
    private readonly byKind = new Groups<ObjectOf>();
    private readonly withPods = new Map<string, WorkloadOf>();
    private readonly declared = new Map<string, readonly ExceptionFact[]>();
    private dependencies = new Map<string, readonly string[]>();
    private changes = 0;
    /** Which kinds live outside of namespaces, as far as CRDs were seen. */
    readonly scopes = new KindScopes();

    /** Another number after each change of what is known. */
    get revision(): number {
        return this.changes;
    }

    /** Adds or replaces the fact of a resource. */
    collect(found: Fact): void {
        const fact = this.scoped(found);
        const before = this.byUrn.get(fact.urn);
        if (before !== undefined && kindOf(before) !== kindOf(fact)) {
            this.forget(before);
        }
        this.byUrn.set(fact.urn, fact);
        this.byType.add(fact.type, fact);
        if (isObject(fact)) {
            this.byKind.add(kindOf(fact), fact);
        }
        if (isWorkload(fact)) {
            this.withPods.set(fact.urn, fact);
        }
        if (fact.type.startsWith("platform:")) {
            this.declare(fact);
        }
        this.changes++;
        if (kindOf(fact) === DEFINITION) {
            this.define(fact);
        }
    }

    /**
     * With a known cluster that lacks the CRD yet, the provider fills in `default` as the namespace
     * of every custom resource.
     */
    private scoped(fact: Fact): Fact {
        return isObject(fact) &&
            fact.object.namespace !== undefined &&
            this.scopes.isClusterScoped(kindOf(fact))
            ? outsideOfNamespaces(fact)
            : fact;
    }

    /** Learns the scope of a kind, also for its objects that came before the CRD. */
    private define({ inputs }: Fact): void {
        const kind = this.scopes.learn(inputs);
        const [group = "", name = ""] = kind?.split("/") ?? [];
        for (const early of kind === undefined ? [] : this.objects(group, name)) {
            if (this.scoped(early) !== early) {
                this.collect(early);
            }
        }
    }

    private forget(fact: Fact): void {
        const { urn, type } = fact;
        this.byUrn.delete(urn);
        this.byType.remove(type, urn);
        this.byKind.remove(kindOf(fact), urn);
        this.withPods.delete(urn);
        this.declared.delete(urn);
    }

    private declare(fact: Fact): void {
        const exceptions = toExceptions(fact);
        // Every judgement looks them up, and hardly any component has one.
        if (exceptions.length > 0) {
            this.declared.set(fact.urn, exceptions);
        } else {
            this.declared.delete(fact.urn);
        }
    }

    get(urn: string): Fact | undefined {
        return this.byUrn.get(urn);
    }

    /**
     * Learns from the engine what the stack holds, and what depends on what. Facts and resources come
     * in the order in which requests arrive, which is another in each run: what is said of a stack
     * must not depend on it, so from here on they are in the order of their URNs.
     */
    settle(resources: readonly { urn: string; dependencies: readonly { urn: string }[] }[]): void {
        const present = resources
            .flatMap(({ urn }) => this.byUrn.get(urn) ?? [])
            .sort((one, other) => (one.urn < other.urn ? -1 : 1));
        this.all().forEach((fact) => {
            this.forget(fact);
        });
        present.forEach((fact) => {
            this.collect(fact);
        });
        this.dependencies = new Map(
            resources.map(({ urn, dependencies }) => [urn, dependencies.map((other) => other.urn)]),
        );
        this.changes++;
    }

    all(): Fact[] {
        return [...this.byUrn.values()];
    }

    ofType(type: string): Fact[] {
        return this.byType.get(type);
    }

    /** Objects of a kind: `objects("policy", "PodDisruptionBudget")`; the core group is empty. */
    objects(group: string, kind: string): ObjectOf[] {
        return this.byKind.get(`${group}/${kind}`);
    }

    workloads(): WorkloadOf[] {
        return [...this.withPods.values()];
    }

    /** The inputs of the stack's root component, which carries what settings say of the cluster. */
    platform(): Fact | undefined {
        return this.ofType("platform:base:Platform")[0];
    }

    /** Charts whose objects nobody saw. */
    unrenderedCharts(): Fact[] {
        return this.ofType("platform:base:Chart").filter(({ inputs }) => inputs.rendered !== true);
    }

    exceptions(): ExceptionFact[] {
        return [...this.declared.values()].flat();
    }

    /** The URNs that resources depend on, as the engine says; in the order of theirs. */
    dependenciesByUrn(): Readonly<Record<string, readonly string[]>> {
        return Object.fromEntries(
            this.all().map(({ urn }) => [urn, [...(this.dependencies.get(urn) ?? [])].sort()]),
        );
    }

    /** Whether a resource depends on another, directly or through others. */
    dependsOn(urn: string, wanted: ReadonlySet<string>): boolean {
        const seen = new Set<string>();
        const queue = [urn];
        for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
            for (const dependency of this.dependencies.get(next) ?? []) {
                if (wanted.has(dependency)) {
                    return true;
                }
                if (!seen.has(dependency)) {
                    seen.add(dependency);
                    queue.push(dependency);
                }
            }
        }
        return false;
    }
}
