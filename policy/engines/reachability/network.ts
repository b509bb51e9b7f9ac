/**
 * Who can reach whom: both ends are asked, egress of the source and ingress of the destination.
 * What no policy selects is open, what is on the network of a node is the node.
 */
import type { LabelledPods } from "../references/pods";
import type { StackView } from "../references/stack-view";
import { compileCilium } from "./cilium";
import { partsOfPlace } from "./cilium-places";
import { contains, type End, isPods, type Place, type Places } from "./places";
import {
    admitsNetwork,
    compileNetworkPolicy,
    DIRECTIONS,
    type Direction,
    governable,
    type PolicyPeer,
    type Policy,
    type PortRange,
    type Rule,
    type PolicySurroundings,
} from "./rules";

/** An answer; unknown when something that matters is known only at the update. */
export type FlowAnswer = "yes" | "no" | "unknown";

/** A port at the destination. */
export interface PortAt {
    readonly port: number;
    readonly protocol: string;
}

/** The rules that govern pods in a direction; without any policy they are open. */
interface Governing {
    isolated: boolean;
    unsure: boolean;
    mayDeny: boolean;
    readonly rules: Rule[];
    readonly denials: Rule[];
}

type Both = Record<Direction, Governing>;

/** The number that a port has in pods: a name counts for the ports of the rule's protocol only. */
function numbered(
    { port, protocol }: PortRange,
    asked: string,
    pods: LabelledPods | undefined,
): number | undefined {
    return typeof port === "string"
        ? pods?.ports.find(
              (item) =>
                  item.name === port &&
                  (item.protocol ?? "TCP") === (protocol === "ANY" ? asked : protocol),
          )?.port
        : port;
}

/** Whether a rule's ports hold a port of the destination. */
export function holdsPort(
    ranges: readonly PortRange[] | undefined,
    { port, protocol }: PortAt,
    destination: End,
): boolean {
    const pods = isPods(destination) ? destination : undefined;
    return (
        ranges === undefined ||
        ranges.some((range) => {
            if (range.protocol !== protocol && range.protocol !== "ANY") {
                return false;
            }
            const first = range.port === undefined ? port : numbered(range, protocol, pods);
            return first !== undefined && first <= port && port <= (range.endPort ?? first);
        })
    );
}

/** Whether one of the rules is for everybody or for a peer of the wanted kind. */
function somePeer(rules: readonly Rule[], isWanted: (peer: PolicyPeer) => boolean): boolean {
    return rules.some(({ peers }) => peers === undefined || peers.some(isWanted));
}

/** Whether there are parts, and each passes. */
function isEvery<T>(parts: readonly T[], isWanted: (part: T) => boolean): boolean {
    return parts.length > 0 && parts.every(isWanted);
}

/** The policies of a stack. */
export class Network {
    readonly policies: readonly Policy[];
    private readonly governing = new Map<LabelledPods, Both>();

    constructor(
        readonly view: StackView,
        readonly places: Places,
        isDeclared: PolicySurroundings["isDeclared"] = () => true,
    ) {
        const { inventory } = view;
        const everyPod = () => governable([...inventory.pods.values()].flat());
        const surroundings: PolicySurroundings = { ...view, everyPod, isDeclared };
        this.policies = inventory.objects.flatMap((fact) => {
            const { group, kind } = fact.object;
            if (group === "networking.k8s.io" && kind === "NetworkPolicy") {
                return [compileNetworkPolicy(fact, surroundings)];
            }
            return group === "cilium.io" ? compileCilium(fact, surroundings) : [];
        });
        this.policies.forEach((policy) => {
            this.apply(policy);
        });
    }

    private both(pods: LabelledPods): Both {
        const known = this.governing.get(pods);
        if (known !== undefined) {
            return known;
        }
        const fresh = (): Governing => ({
            isolated: false,
            unsure: pods.labelsUnknown,
            mayDeny: false,
            rules: [],
            denials: [],
        });
        const both = { ingress: fresh(), egress: fresh() };
        this.governing.set(pods, both);
        return both;
    }

    private apply({ own, unsure, mayDeny, isolates, rules, denials }: Policy): void {
        for (const direction of DIRECTIONS) {
            for (const pods of own) {
                const governing = this.both(pods)[direction];
                governing.isolated ||= isolates.includes(direction);
                governing.rules.push(...(rules[direction] ?? []));
                governing.denials.push(...(denials[direction] ?? []));
            }
            for (const pods of unsure) {
                const governing = this.both(pods)[direction];
                governing.unsure = true;
                governing.mayDeny ||= mayDeny;
            }
        }
    }

    /** Whether pods are governed by any policy in a direction. */
    isOpen(pods: LabelledPods, direction: Direction): boolean {
        const { isolated, denials } = this.both(pods)[direction];
        return pods.hostNetwork || (!isolated && denials.length === 0);
    }

    /** Whether one of the rules lets the other end through. */
    private isAllowed(rules: readonly Rule[], end: End): boolean {
        if (isPods(end)) {
            return somePeer(rules, ({ pods }) => pods?.includes(end) ?? false);
        }
        const { addresses = [], host } = end;
        const parts = partsOfPlace(end, this.places);
        return (
            isEvery(parts, (labels) =>
                somePeer(rules, ({ isReserved }) => isReserved?.(labels) ?? false),
            ) ||
            isEvery(addresses, (address) =>
                somePeer(rules, (peer) => admitsNetwork(peer, address)),
            ) ||
            (host !== undefined && somePeer(rules, ({ isHost }) => isHost?.(host) ?? false))
        );
    }

    /** Whether one of the rules is about the other end or a part of it. */
    private isDenied(rules: readonly Rule[], end: End): FlowAnswer {
        if (rules.length === 0) {
            return "no";
        }
        if (isPods(end)) {
            const isMeant = somePeer(rules, ({ pods }) => pods?.includes(end) ?? false);
            return isMeant ? "yes" : end.labelsUnknown ? "unknown" : "no";
        }
        const { addresses } = end;
        const isMeant =
            partsOfPlace(end, this.places).some((labels) =>
                somePeer(rules, ({ isReserved }) => isReserved?.(labels) ?? false),
            ) ||
            addresses?.some((address) =>
                somePeer(
                    rules,
                    (peer) =>
                        admitsNetwork(peer, address) ||
                        (peer.block !== undefined && contains(address, peer.block.cidr)),
                ),
            ) === true;
        return isMeant ? "yes" : addresses === undefined ? "unknown" : "no";
    }

    /** Whether pods let a port through to or from the other end. */
    lets(
        direction: Direction,
        pods: LabelledPods,
        other: End,
        port: PortAt,
        trusted: (policy: Policy) => boolean = () => true,
    ): FlowAnswer {
        const there = this.asEnd(other);
        const { isolated, unsure, mayDeny, rules, denials } = this.both(pods)[direction];
        const isFree = !isolated && !unsure;
        if (pods.hostNetwork || (isFree && denials.length === 0)) {
            return "yes";
        }
        const destination = direction === "ingress" ? pods : there;
        const isOfPort = ({ ports }: Rule) => holdsPort(ports, port, destination);
        const denied = this.isDenied(denials.filter(isOfPort), there);
        if (denied === "yes") {
            return "no";
        }
        const allowing = rules.filter((rule) => trusted(rule.policy) && isOfPort(rule));
        if (isFree || this.isAllowed(allowing, there)) {
            return denied === "unknown" || mayDeny ? "unknown" : "yes";
        }
        const isVague = isPods(there) ? there.labelsUnknown : there.addresses === undefined;
        return unsure || isVague ? "unknown" : "no";
    }

    /** Pods on the network of their node are the node. */
    private asEnd(end: End): End {
        return isPods(end) && end.hostNetwork ? this.places.nodes : end;
    }

    /** Which end refuses a flow; undefined when it gets through. */
    refusal(from: End, to: End, port: PortAt): "out" | "in" | "both" | "unknown" | undefined {
        const out = isPods(from) ? this.lets("egress", from, to, port) : "yes";
        const into = isPods(to) ? this.lets("ingress", to, from, port) : "yes";
        if (out === "no") {
            return into === "no" ? "both" : "out";
        }
        if (into === "no") {
            return "in";
        }
        return out === "unknown" || into === "unknown" ? "unknown" : undefined;
    }
}

/** A place for addresses that a rule or an argument names. */
export function addressPlace(...addresses: readonly string[]): Place {
    return { place: "addresses", addresses };
}
