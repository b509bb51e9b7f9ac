/**
 * What the pack knows about the stack. Resource policies see inputs and stack policies see outputs,
 * which are empty on a fresh stack (pitfall P26); so inputs are collected while resources are
 * analyzed, and everything is judged from this collection.
 */
import { ObjectScopes } from "../../components/base/scope";
import type { PolicyResourceOptions, ResourceValidationArgs } from "@pulumi/policy";
import { findWorkload, type Workload } from "./workloads";
import { isTree, rawInputs, read, readLabels, readString, type Tree } from "./tree";

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

/** An exception as a component declared it. */
export interface ExceptionFact {
    readonly criterion: string;
    readonly resource: string;
    readonly reason: string;
    readonly guard: string;
    readonly expires: string;
    /** URN of the component that declared it. */
    readonly declaredBy: string;
}

/** The type of the resource that a URN names: the last of the types that lead to it. */
export function typeOfUrn(urn: string): string {
    return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** Scopes of the kinds that are known without any CRD of the stack. */
const scopes = new ObjectScopes([]);

function toObject(type: string, inputs: Tree): ObjectFact | undefined {
    if (!type.startsWith("kubernetes:")) {
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
        // With a known cluster that lacks the CRD yet, the provider fills in `default` for every
        // custom resource.
        namespace: scopes.isClusterScoped(`${group}/${kind}`)
            ? undefined
            : readString(inputs, "metadata", "namespace"),
        name: readString(inputs, "metadata", "name") ?? "",
        labels: readLabels(inputs, "metadata", "labels"),
        patch: type.endsWith(`:${kind}Patch`),
    };
}

/** The fact of one resource, from the arguments of a resource policy. */
export function toFact(args: ResourceValidationArgs): Fact {
    const inputs = rawInputs(args.props);
    const object = toObject(args.type, inputs);
    const key =
        object === undefined
            ? `${args.type.split(":").at(-1) ?? args.type}/${args.name}`
            : [object.kind, object.namespace, object.name].filter((part) => part).join("/");
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

function toExceptions({ urn, inputs }: Fact): ExceptionFact[] {
    const declared: unknown = inputs.exceptions;
    return Array.isArray(declared)
        ? declared.filter(isTree).map((exception) => ({
              criterion: readString(exception, "criterion") ?? "",
              resource: readString(exception, "resource") ?? "",
              reason: readString(exception, "reason") ?? "",
              guard: readString(exception, "guard") ?? "",
              expires: readString(exception, "expires") ?? "",
              declaredBy: urn,
          }))
        : [];
}

/** Everything collected so far; for stack policies restricted to what the stack holds. */
export class Facts {
    private readonly byUrn = new Map<string, Fact>();
    private readonly declared = new Map<string, readonly ExceptionFact[]>();
    private dependencies = new Map<string, readonly string[]>();

    /** Adds or replaces the fact of a resource. */
    collect(fact: Fact): void {
        this.byUrn.set(fact.urn, fact);
        if (fact.type.startsWith("platform:")) {
            this.declared.set(fact.urn, toExceptions(fact));
        }
    }

    get(urn: string): Fact | undefined {
        return this.byUrn.get(urn);
    }

    /** Forgets what is no longer in the stack and learns the dependencies, both from the engine. */
    settle(resources: readonly { urn: string; dependencies: readonly { urn: string }[] }[]): void {
        const present = new Set(resources.map(({ urn }) => urn));
        for (const urn of this.byUrn.keys()) {
            if (!present.has(urn)) {
                this.byUrn.delete(urn);
                this.declared.delete(urn);
            }
        }
        this.dependencies = new Map(
            resources.map(({ urn, dependencies }) => [urn, dependencies.map((other) => other.urn)]),
        );
    }

    all(): Fact[] {
        return [...this.byUrn.values()];
    }

    ofType(type: string): Fact[] {
        return this.all().filter((fact) => fact.type === type);
    }

    /** Objects of a kind: `objects("policy", "PodDisruptionBudget")`; the core group is empty. */
    objects(group: string, kind: string): (Fact & { object: ObjectFact })[] {
        return this.all().filter(
            (fact): fact is Fact & { object: ObjectFact } =>
                fact.object?.group === group && fact.object.kind === kind,
        );
    }

    workloads(): (Fact & { object: ObjectFact; workload: Workload })[] {
        return this.all().filter(
            (fact): fact is Fact & { object: ObjectFact; workload: Workload } =>
                fact.workload !== undefined && fact.object !== undefined,
        );
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
