/** The two ends of a flow as people know them: groups of pods, and what lies outside of them. */
import type { Layer } from "../../components/base/component";
import type { Tier } from "../../components/base/tiers";
import type { Facts } from "../../policy/kernel/facts";
import { namespacesOf, tierOf } from "../../policy/kubernetes/namespaces";
import { readString } from "../../policy/kernel/tree";
import { type End, isPods } from "../../policy/engines/reachability/places";
import type { LabelledPods } from "../../policy/engines/references/pods";
import { byText } from "./ports";

/** Pods of a namespace that are the same to every policy: they carry the same labels. */
export interface Group {
    readonly kind: "pods";
    /** Unique, and how sentences call it: `n8n/n8n-worker`. */
    readonly id: string;
    readonly namespace: string;
    /** Name of what makes them, with the part where an operator makes several kinds. */
    readonly name: string;
    /** `Kind/namespace/name` of everything that makes such pods. */
    readonly makers: readonly string[];
}

/** What is no pod to any policy. */
export interface Outside {
    readonly kind: "outside";
    readonly id: string;
    /** Single addresses share a line in the picture. */
    readonly isAddress: boolean;
}

export type FlowEnd = Group | Outside;

/** A namespace with pods. */
export interface NamespaceInfo {
    readonly name: string;
    /** The layer of the component that declares it; absent for what the stack only names. */
    readonly layer: Layer | undefined;
    readonly tier: Tier | undefined;
    readonly groups: readonly Group[];
}

/** Names of the places, as the matrix and the picture show them. */
const PLACES = {
    "api-server": "API server",
    nodes: "Nodes",
    internet: "Internet",
    gateway: "Gateway",
} as const;

function makerName({ fact, made, key }: LabelledPods): string {
    const name = fact?.object?.name ?? key;
    return made === undefined ? name : `${name} ${made.part}`;
}

function toGroup(
    namespace: string,
    members: readonly LabelledPods[],
    taken: ReadonlySet<string>,
): Group {
    // A Job of a CronJob has the longer name of the two.
    const [first, ...others] = members
        .map((pods) => ({ name: makerName(pods), key: pods.key }))
        .sort((left, right) => left.name.length - right.name.length || byText(left.key, right.key));
    const name = first === undefined ? "" : taken.has(first.name) ? first.key : first.name;
    const makers = [first, ...others].flatMap((item) => item?.key ?? []).sort(byText);
    return { kind: "pods", id: `${namespace}/${name}`, namespace, name, makers };
}

/** Every end of a stack; each pod belongs to one. */
export class Ends {
    readonly namespaces: readonly NamespaceInfo[];
    /** What runs on the network of its node, where it is the node to every policy. */
    readonly onNodes: readonly string[];
    private readonly groups = new Map<LabelledPods, Group>();
    private readonly outside = new Map<string, Outside>();
    private readonly virtualIp: string;

    constructor(facts: Facts, pods: ReadonlyMap<string, readonly LabelledPods[]>) {
        this.virtualIp = `${readString(facts.platform()?.inputs, "virtualIp") ?? ""}/32`;
        this.onNodes = [...pods.values()]
            .flat()
            .filter(({ hostNetwork }) => hostNetwork)
            .map((item) => `${item.namespace}/${makerName(item)}`)
            .sort(byText);
        const known = new Map(namespacesOf(facts).map((item) => [item.name, item]));
        this.namespaces = [...pods]
            .map(([name, members]) => {
                const namespace = known.get(name);
                const component = facts.get(namespace?.declared?.parent ?? "");
                const tier = namespace === undefined ? undefined : tierOf(facts, namespace);
                return {
                    name,
                    layer: facts.get(component?.parent ?? "")?.type.split(":")[1] as
                        Layer | undefined,
                    tier: tier?.state === "known" ? (tier.value as Tier) : undefined,
                    groups: this.toGroups(name, members),
                };
            })
            .filter(({ groups }) => groups.length > 0)
            .sort((left, right) => byText(left.name, right.name));
    }

    private toGroups(namespace: string, members: readonly LabelledPods[]): Group[] {
        const alike = new Map<string, LabelledPods[]>();
        for (const pods of members.filter(({ hostNetwork }) => !hostNetwork)) {
            const labels = Object.entries(pods.labels).sort(([left], [right]) =>
                byText(left, right),
            );
            const key = pods.labelsUnknown ? pods.key : JSON.stringify([labels, pods.variants]);
            alike.set(key, [...(alike.get(key) ?? []), pods]);
        }
        const names = new Set<string>();
        return [...alike.values()]
            .map((same) => {
                const group = toGroup(namespace, same, names);
                names.add(group.name);
                same.forEach((pods) => this.groups.set(pods, group));
                return group;
            })
            .sort((left, right) => byText(left.name, right.name));
    }

    /** The end that an end of a path belongs to. */
    of(end: End): FlowEnd {
        const group = isPods(end) ? this.groups.get(end) : undefined;
        if (group !== undefined) {
            return group;
        }
        if (isPods(end)) {
            return this.place(PLACES.nodes);
        }
        if (end.place !== "addresses") {
            return this.place(PLACES[end.place]);
        }
        const { addresses = [] } = end;
        // The virtual IP moves among the control planes.
        return addresses.every((address) => address === this.virtualIp)
            ? this.place(PLACES["api-server"])
            : this.place(addresses.map((item) => item.replace(/\/32$/, "")).join(", "), true);
    }

    private place(id: string, isAddress = false): Outside {
        const known = this.outside.get(id) ?? { kind: "outside", id, isAddress };
        this.outside.set(id, known);
        return known;
    }
}
