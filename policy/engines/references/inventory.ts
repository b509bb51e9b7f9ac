/**
 * Everything that a reference may lead to: declared objects, what controllers make of them, and
 * what is there without the program. Built once for a stack, in one pass over its objects.
 */
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { chartsThatMayBring } from "../../kernel/missing-charts";
import { isUnknown, readLabels, readTree } from "../../kernel/tree";
import { isCustomGroup } from "../../kubernetes/api-groups";
import { surroundingsIn } from "../operated/made";
import { operatedStack } from "../operated/resources";
import { Access } from "./access";
import { keysOf } from "./keys";
import { madeByPods } from "./made-by-pods";
import { CLAIM, claimsMade, type Made, madeOf } from "./made";
import { outside, outsidePods } from "./outside";
import { outsideServices } from "./outside-services";
import { type LabelledPods, type Labels, placed, podsByMaker } from "./pods";
import { type ServiceTarget, serviceOf } from "./services";
import { namespacesOf, tierOf } from "../../kubernetes/namespaces";
import { UnknownMakers } from "./unknown-makers";

/** Something that a name leads to. */
export interface Entry {
    /** The declared object; absent for what a controller or the cluster makes. */
    readonly fact?: ObjectOf;
    /** Keys of a Secret or ConfigMap; undefined when nobody can say. */
    readonly keys?: readonly string[];
    readonly service?: ServiceTarget;
}

/** A namespace with the labels that selectors see. */
export interface NamespaceEntry {
    readonly labels: Labels;
    /** The program declares it, so its pods are known. */
    readonly declared: boolean;
}

/** Objects that may have any name, as far as anybody knows before the update. */
interface Vague {
    readonly fact: Fact;
    /** Undefined: whatever the controller of the fact makes. */
    readonly kind?: string;
    readonly namespace?: string;
}

function toService(made: Made): ServiceTarget | undefined {
    const { kind, namespace = "", name, selector, ports = [] } = made;
    return kind === "/Service" ? { namespace, name, selector, ports } : undefined;
}

/** Kinds of the core group that hold values for pods. */
const VALUES: ReadonlySet<string> = new Set(["/Secret", "/ConfigMap"]);

function tenantsOf(facts: Facts): ReadonlySet<string> {
    const own = namespacesOf(facts).filter((namespace) => {
        const tier = tierOf(facts, namespace);
        return tier.state === "known" && tier.value === "tenant";
    });
    return new Set(own.map(({ name }) => name));
}

/** What there is, by kind, namespace and name. */
export class Inventory {
    /** Pods by namespace, those that the cluster brings included. */
    readonly pods = new Map<string, LabelledPods[]>();
    readonly namespaces = new Map<string, NamespaceEntry>();
    readonly access: Access;
    /** Controllers that nobody described, which may make what is missing. */
    readonly unknownMakers: UnknownMakers;
    readonly objects: readonly ObjectOf[];
    /** Namespaces of tenants, into which people deploy whatever they like. */
    readonly tenants: ReadonlySet<string>;
    private readonly entries = new Map<string, Map<string, Map<string, Entry>>>();
    private readonly vague: Vague[] = [];

    constructor(private readonly facts: Facts) {
        this.access = new Access(facts);
        this.tenants = tenantsOf(facts);
        this.objects = facts.all().filter((fact): fact is ObjectOf => fact.object !== undefined);
        const isThere = (id: string) => {
            const [group = "", kind = ""] = id.split("/");
            return facts.objects(group, kind).length > 0;
        };
        const isDeclared = (namespace: string) =>
            facts.objects("", "Namespace").some(({ object }) => object.name === namespace);
        for (const { until, ...item } of outsidePods) {
            if (until !== undefined && (isThere(until) || !isDeclared(item.namespace))) {
                continue;
            }
            this.addPods(
                placed(facts, {
                    ...item,
                    variants: [],
                    open: {},
                    labelsUnknown: false,
                    portsUnknown: false,
                    portNamesUnknown: false,
                    hostNetwork: item.hostNetwork ?? false,
                    usesDns: false,
                    podSpec: {},
                    usesApi: item.usesApi ?? false,
                }),
            );
        }
        for (const { kind, name } of outside) {
            if (kind === "/Namespace" && typeof name === "string") {
                this.addNamespace(name, {}, false);
            }
        }
        const { hidden, undescribed } = operatedStack(facts);
        for (const { fact } of hidden) {
            this.vague.push({ fact, namespace: fact.object.namespace });
        }
        for (const service of outsideServices(facts)) {
            this.add("/Service", service.namespace, service.name, { service });
        }
        const projects = facts.objects("argoproj.io", "AppProject");
        this.unknownMakers = new UnknownMakers(undescribed, this.pods, this.access, projects);
        // Made entries never hide declared ones.
        this.objects.forEach((fact) => {
            this.addMade(fact);
        });
        this.objects.forEach((fact) => {
            this.addDeclared(fact);
        });
    }

    private add(kind: string, namespace: string, name: string, entry: Entry): void {
        const byNamespace = this.entries.get(kind) ?? new Map<string, Map<string, Entry>>();
        const byName = byNamespace.get(namespace) ?? new Map<string, Entry>();
        this.entries.set(kind, byNamespace);
        byNamespace.set(namespace, byName);
        byName.set(name, entry);
    }

    private addPods(pods: LabelledPods): void {
        const own = this.pods.get(pods.namespace) ?? [];
        this.pods.set(pods.namespace, own);
        own.push(pods);
    }

    private addNamespace(name: string, labels: Labels, declared: boolean): void {
        this.namespaces.set(name, {
            labels: { ...labels, "kubernetes.io/metadata.name": name },
            declared,
        });
    }

    private addDeclared(fact: ObjectOf): void {
        const { group, kind, namespace = "", name } = fact.object;
        const metadata = readTree(fact.inputs, "metadata");
        if (group === "" && kind === "Namespace") {
            this.addNamespace(name, readLabels(metadata, "labels"), true);
        }
        if ([fact.inputs.metadata, metadata.name, metadata.namespace].some(isUnknown)) {
            this.vague.push({ fact, kind: `${group}/${kind}` });
        }
        if (namespace !== "" && !this.namespaces.has(namespace)) {
            this.addNamespace(namespace, {}, false);
        }
        this.add(`${group}/${kind}`, namespace, name, {
            fact,
            keys: keysOf(fact, this.facts),
            service: group === "" && kind === "Service" ? serviceOf(fact) : undefined,
        });
    }

    private addMade(fact: ObjectOf): void {
        const pods = podsByMaker(this.facts).get(fact.urn) ?? [];
        pods.forEach((item) => {
            this.addPods(item);
        });
        const operated = operatedStack(this.facts).resources.get(fact.urn);
        const claims = claimsMade(fact, this.facts);
        if (claims === "unknown") {
            this.vague.push({ fact, kind: CLAIM, namespace: fact.object.namespace });
        }
        const made = [
            ...(operated === undefined ? [] : madeOf(operated, surroundingsIn(this.facts))),
            ...pods.flatMap((item) => madeByPods(item, this.access)),
            ...(claims === "unknown" ? [] : claims),
        ];
        for (const item of made) {
            const { kind, namespace = "", name, keys } = item;
            this.add(kind, namespace, name, { keys, service: toService(item) });
        }
    }

    /** What the name leads to, or undefined when there is nothing of the kind. */
    find(kind: string, namespace: string, name: string): Entry | undefined {
        const found = this.entries.get(kind)?.get(namespace)?.get(name);
        if (found !== undefined) {
            return found;
        }
        // Without its CRD nobody says whether a custom kind has a namespace at all.
        const [group = ""] = kind.split("/");
        if (namespace !== "" && isCustomGroup(group) && !this.facts.scopes.isDefined(kind)) {
            return this.find(kind, "", name);
        }
        const listed = outside.find(
            (item) =>
                item.kind === kind &&
                (item.namespace === "*" || (item.namespace ?? "") === namespace) &&
                (typeof item.name === "string" ? item.name === name : item.name.test(name)),
        );
        return listed && { keys: listed.keys };
    }

    /** Names of a kind in a namespace, to find what was probably meant. */
    names(kind: string, namespace: string): string[] {
        return [...(this.entries.get(kind)?.get(namespace)?.keys() ?? [])];
    }

    /** Namespaces that hold an object of that kind and name. */
    whereabouts(kind: string, name: string): string[] {
        return [...(this.entries.get(kind) ?? [])].flatMap(([namespace, names]) =>
            names.has(name) ? [namespace] : [],
        );
    }

    /** Kinds that are easily taken for this one and have an object of that name. */
    namesakes(kind: string, namespace: string, name: string): string[] {
        const group = kind.slice(0, kind.indexOf("/") + 1);
        return [...this.entries].flatMap(([other, byNamespace]) => {
            const isLike =
                group === "/" ? VALUES.has(other) && VALUES.has(kind) : other.startsWith(group);
            const isThere = [namespace, ""].some((place) => byNamespace.get(place)?.has(name));
            return other !== kind && isLike && isThere ? [other] : [];
        });
    }

    /** Whether a kind lives outside of namespaces, as its CRD says or as Kubernetes has it. */
    isClusterScoped(kind: string): boolean {
        return this.facts.scopes.isClusterScoped(kind);
    }

    /** Objects of a kind with what is known of them, declared and made. */
    all(kind: string): Entry[] {
        return [...(this.entries.get(kind)?.values() ?? [])].flatMap((names) => [
            ...names.values(),
        ]);
    }

    /**
     * Charts whose objects nobody saw and that may hold what is missing in one of the namespaces;
     * in the empty one, anywhere.
     */
    unseen(...namespaces: readonly string[]): Fact[] {
        const found = namespaces.flatMap((namespace) =>
            chartsThatMayBring(this.facts, { namespace }),
        );
        return [...new Set(found)];
    }

    /** An object that may be, or make, what is missing, as far as anybody knows before the update. */
    unsure(kind: string, namespace: string): Fact | undefined {
        return this.vague.find(
            (item) => (item.kind ?? kind) === kind && (item.namespace ?? namespace) === namespace,
        )?.fact;
    }
}
