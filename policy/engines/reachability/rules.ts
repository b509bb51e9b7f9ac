/** Network policies, compiled: which pods they govern, and what their rules let through. */
import type { ObjectOf } from "../../kernel/facts";
import { flowNamesOf } from "../../../components/base/flow-names";
import { holdsUnknown, isTree, isUnknown, read, readList, readString } from "../../kernel/tree";
import type { StackView } from "../references/stack-view";
import { asSelector } from "../references/selecting";
import type { LabelledPods } from "../references/pods";
import { contains, type PlaceName } from "./places";

export type Direction = "ingress" | "egress";
export const DIRECTIONS: readonly Direction[] = ["ingress", "egress"];
export const OPPOSITE = { ingress: "egress", egress: "ingress" } as const;

/** Ports of a rule. */
export interface PortRange {
    readonly protocol: string;
    /** Number, name of a container's port, or undefined for every port. */
    readonly port?: number | string;
    readonly endPort?: number;
}

/** Who is at the other end of a rule. */
export interface PolicyPeer {
    /** Pods, with a test for one and a way to list them. */
    readonly pods?: {
        readonly includes: (pods: LabelledPods) => boolean;
        readonly list: () => LabelledPods[];
    };
    readonly block?: { readonly cidr: string; readonly except: readonly string[] };
    /** Places that it lets through as a whole. */
    readonly places?: readonly PlaceName[];
    /** Whether it is an end that is no pod, by the labels that Cilium reserves for that. */
    readonly isReserved?: (labels: readonly string[]) => boolean;
    /** Whether it is a host on the internet, by its name. */
    readonly isHost?: (name: string) => boolean;
}

/** One rule of a policy. */
export interface Rule {
    readonly policy: Policy;
    /** The flow that it is, where whoever wrote the policy says so. */
    readonly flow?: string;
    /** Undefined: everybody. */
    readonly peers?: readonly PolicyPeer[];
    /** Undefined: every port. */
    readonly ports?: readonly PortRange[];
}

/** A policy with the pods that it governs. */
export interface Policy {
    readonly fact: ObjectOf;
    /** A component declared it as a flow; otherwise a chart brought it. */
    readonly declared: boolean;
    readonly own: readonly LabelledPods[];
    /** Pods of which nobody can say whether it governs them, or what it lets through. */
    readonly unsure: readonly LabelledPods[];
    /** It may deny to the unsure what others allow. */
    readonly mayDeny: boolean;
    /** Directions in which its pods get nothing but what some rule allows. */
    readonly isolates: readonly Direction[];
    readonly rules: Partial<Record<Direction, readonly Rule[]>>;
    /** What it denies whatever others allow; only Cilium's policies can. */
    readonly denials: Partial<Record<Direction, readonly Rule[]>>;
}

/** What compiling needs to know of the stack. */
export interface PolicySurroundings extends StackView {
    readonly everyPod: () => LabelledPods[];
    readonly isDeclared: (fact: ObjectOf) => boolean;
}

/** A rule as a message about its policy names it. */
export function showRule({ flow }: Rule): string {
    return flow === undefined ? "it" : `its flow ${flow}`;
}

/** On the network of its node, a pod is the node to every policy. */
export function governable(pods: readonly LabelledPods[]): LabelledPods[] {
    return pods.filter(({ hostNetwork }) => !hostNetwork);
}

/** The ports of a rule of Kubernetes' own policies. */
export function toPorts(list: readonly unknown[]): PortRange[] | undefined {
    return list.length === 0
        ? undefined
        : list.filter(isTree).map(({ port, endPort, protocol }) => ({
              protocol: typeof protocol === "string" ? protocol : "TCP",
              port: typeof port === "number" || typeof port === "string" ? port : undefined,
              endPort: typeof endPort === "number" ? endPort : undefined,
          }));
}

/** A peer that is exactly these pods. */
export function podsPeer(list: () => readonly LabelledPods[]): PolicyPeer {
    let known: Set<LabelledPods> | undefined;
    const set = () => (known ??= new Set(governable(list())));
    return { pods: { includes: (pods) => set().has(pods), list: () => [...set()] } };
}

function toPeer(peer: unknown, own: string, { selector }: PolicySurroundings): PolicyPeer {
    const cidr = readString(peer, "ipBlock", "cidr");
    if (cidr !== undefined) {
        return { block: { cidr, except: readList(peer, "ipBlock", "except").map(String) } };
    }
    const byNamespace = read(peer, ["namespaceSelector"]);
    const podSelector = read(peer, ["podSelector"]);
    const wanted = podSelector.state === "absent" ? asSelector({}) : podSelector;
    return podsPeer(() => {
        const names = byNamespace.state === "absent" ? [own] : selector.namespaces(byNamespace);
        return names.flatMap((name) => selector.pods(name, wanted).pods);
    });
}

/** Whether a policy governs a direction; the defaults are those of the API. */
export function governs({ inputs }: ObjectOf, direction: Direction): boolean {
    const types = readList(inputs, "spec", "policyTypes");
    return types.length === 0
        ? direction === "ingress" || readList(inputs, "spec", "egress").length > 0
        : types.includes(direction === "ingress" ? "Ingress" : "Egress");
}

/** Compiles a NetworkPolicy of Kubernetes. */
export function compileNetworkPolicy(fact: ObjectOf, surroundings: PolicySurroundings): Policy {
    const { namespace = "" } = fact.object;
    const { selector, isDeclared } = surroundings;
    const isVague = isUnknown(fact.inputs.spec) || holdsUnknown(fact.inputs.spec);
    const podSelector = read(fact.inputs, ["spec", "podSelector"]);
    const everything = asSelector({});
    const selected =
        isVague && podSelector.state !== "known"
            ? { pods: [], maybe: selector.pods(namespace, everything).pods }
            : // The API's default is the empty selector.
              selector.pods(namespace, podSelector.state === "absent" ? everything : podSelector);
    const own = governable(selected.pods);
    const rules: Partial<Record<Direction, Rule[]>> = {};
    const isolates = DIRECTIONS.filter((direction) => governs(fact, direction));
    const policy: Policy = {
        fact,
        declared: isDeclared(fact),
        own,
        unsure: [...governable(selected.maybe), ...(isVague ? own : [])],
        mayDeny: false,
        isolates,
        rules,
        denials: {},
    };
    const names = flowNamesOf(fact.inputs);
    for (const direction of isolates) {
        rules[direction] = readList(fact.inputs, "spec", direction).flatMap((rule, index) => {
            const peers = readList(rule, direction === "ingress" ? "from" : "to");
            return isTree(rule)
                ? [
                      {
                          policy,
                          flow: names[index],
                          peers:
                              peers.length === 0
                                  ? undefined
                                  : peers.map((peer) => toPeer(peer, namespace, surroundings)),
                          ports: toPorts(readList(rule, "ports")),
                      },
                  ]
                : [];
        });
    }
    return policy;
}

/** Whether a peer lets an address or network through. */
export function admitsNetwork({ block }: PolicyPeer, network: string): boolean {
    return (
        block !== undefined &&
        contains(block.cidr, network) &&
        !block.except.some((hole) => contains(hole, network) || contains(network, hole))
    );
}
