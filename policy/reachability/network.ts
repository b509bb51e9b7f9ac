/**
 * Who can reach whom: both ends are asked, egress of the source and ingress of the destination.
 * What no policy selects is open, what is on the network of a node is the node.
 */
import type { Pods } from "../references/pods";
import type { Scene } from "../references/scene";
import { compileCilium } from "./cilium";
import { type End, isPods, type Place, type Site } from "./ends";
import {
    admitsNetwork,
    compile,
    DIRECTIONS,
    type Direction,
    governable,
    type Peer,
    type Policy,
    type PortRange,
    type Rule,
    type Scenery,
} from "./rules";

/** An answer; unknown when something that matters is known only at the update. */
export type Answer = "yes" | "no" | "unknown";

/** A port at the destination. */
export interface PortAt {
    readonly port: number;
    readonly protocol: string;
}

/** The rules that govern pods in a direction; without any policy they are open. */
interface Governing {
    isolated: boolean;
    unsure: boolean;
    readonly rules: Rule[];
}

type Both = Record<Direction, Governing>;

function numbered(port: number | string, pods: Pods | undefined): number | undefined {
    return typeof port === "number" ? port : pods?.ports.find(({ name }) => name === port)?.port;
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
            const first = range.port === undefined ? port : numbered(range.port, pods);
            return first !== undefined && first <= port && port <= (range.endPort ?? first);
        })
    );
}

/** The policies of a stack. */
export class Network {
    readonly policies: readonly Policy[];
    private readonly governing = new Map<Pods, Both>();

    constructor(
        readonly scene: Scene,
        readonly site: Site,
        isDeclared: Scenery["isDeclared"] = () => true,
    ) {
        const { inventory, selector } = scene;
        const everyPod = () => governable([...inventory.pods.values()].flat());
        const scenery: Scenery = { selector, everyPod, isDeclared };
        this.policies = inventory.objects.flatMap((fact) => {
            const { group, kind } = fact.object;
            if (group === "networking.k8s.io" && kind === "NetworkPolicy") {
                return [compile(fact, scenery)];
            }
            return group === "cilium.io" ? compileCilium(fact, scenery) : [];
        });
        this.policies.forEach((policy) => {
            this.apply(policy);
        });
    }

    private both(pods: Pods): Both {
        const known = this.governing.get(pods);
        if (known !== undefined) {
            return known;
        }
        const fresh = (): Governing => ({
            isolated: false,
            unsure: pods.labelsUnknown,
            rules: [],
        });
        const both = { ingress: fresh(), egress: fresh() };
        this.governing.set(pods, both);
        return both;
    }

    private apply({ own, unsure, rules }: Policy): void {
        for (const direction of DIRECTIONS) {
            const governed = rules[direction];
            if (governed !== undefined) {
                for (const pods of own) {
                    const governing = this.both(pods)[direction];
                    governing.isolated = true;
                    governing.rules.push(...governed);
                }
            }
            for (const pods of unsure) {
                this.both(pods)[direction].unsure = true;
            }
        }
    }

    /** Whether pods are governed by any policy in a direction. */
    isOpen(pods: Pods, direction: Direction): boolean {
        return pods.hostNetwork || !this.both(pods)[direction].isolated;
    }

    private admits(peer: Peer, other: End, network: string | undefined): boolean {
        if (isPods(other)) {
            return peer.pods?.includes(other) ?? false;
        }
        return (
            (other.place !== "addresses" && (peer.places?.includes(other.place) ?? false)) ||
            (network !== undefined && admitsNetwork(peer, network))
        );
    }

    /** Whether pods let a port through to or from the other end. */
    lets(
        direction: Direction,
        pods: Pods,
        other: End,
        port: PortAt,
        trusted: (policy: Policy) => boolean = () => true,
    ): Answer {
        const there = this.asEnd(other);
        const { isolated, unsure, rules } = this.both(pods)[direction];
        if (pods.hostNetwork || (!isolated && !unsure)) {
            return "yes";
        }
        const destination = direction === "ingress" ? pods : there;
        const matching = rules.filter(
            ({ ports, policy }) => trusted(policy) && holdsPort(ports, port, destination),
        );
        const allows = (network: string | undefined) =>
            matching.some(
                ({ peers }) =>
                    peers === undefined || peers.some((peer) => this.admits(peer, there, network)),
            );
        const addresses = isPods(there) ? [undefined] : there.addresses;
        const every =
            addresses === undefined || addresses.length === 0
                ? allows(undefined)
                : addresses.every(allows);
        if (every) {
            return "yes";
        }
        return unsure || addresses === undefined || (isPods(there) && there.labelsUnknown)
            ? "unknown"
            : "no";
    }

    /** Pods on the network of their node are the node. */
    private asEnd(end: End): End {
        return isPods(end) && end.hostNetwork ? this.site.nodes : end;
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
