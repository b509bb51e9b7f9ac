/**
 * Every path that the policies allow, with the rules that allow it; the matrix and the picture in
 * `docs/` are made of them.
 */
import type { LabelledPods } from "../references/pods";
import { listening } from "./allowances";
import { type End, isPods, endName, type Place } from "./places";
import { addressPlace, type Network } from "./network";
import {
    admitsNetwork,
    type Direction,
    DIRECTIONS,
    governable,
    type PolicyPeer,
    type PortRange,
    type Rule,
} from "./rules";

/** A path between two ends. */
export interface FlowPath {
    readonly from: End;
    readonly to: End;
    /** What both ends let through and the destination listens on, as far as anybody knows. */
    readonly port: PortRange;
    /** Rules that let it out; none where no policy governs the source. */
    readonly egress: readonly Rule[];
    /** Rules that let it in; none where no policy governs the destination. */
    readonly ingress: readonly Rule[];
}

const EVERY_PORT: readonly PortRange[] = [{ protocol: "ANY" }];

function admits({ cidr, except }: NonNullable<PolicyPeer["block"]>, network: string): boolean {
    return admitsNetwork({ block: { cidr, except } }, network);
}

/** Places that a peer names: those that its rule lets through as a whole, else its addresses. */
function placesOfPeer(
    { places }: Network,
    rule: Rule,
    { block, places: named }: PolicyPeer,
): Place[] {
    const all = [places.apiServer, places.nodes, places.internet, places.gateway];
    const blocks = (rule.peers ?? []).flatMap((peer) => peer.block ?? []);
    const found = all.filter(({ place, addresses = [] }) =>
        block === undefined
            ? place !== "addresses" && named?.includes(place)
            : addresses.length > 0 &&
              addresses.some((address) => admits(block, address)) &&
              addresses.every((address) => blocks.some((item) => admits(item, address))),
    );
    // The API servers run on nodes: where all nodes are let through, they need no line.
    const distinct = found.filter(
        (place) => place !== places.apiServer || !found.includes(places.nodes),
    );
    return distinct.length > 0 || block === undefined ? distinct : [addressPlace(block.cidr)];
}

function endsOf(network: Network, rule: Rule): End[] {
    const { view, places } = network;
    return rule.peers === undefined
        ? [
              ...governable([...view.inventory.pods.values()].flat()),
              ...[places.nodes, places.internet, places.gateway],
          ]
        : rule.peers.flatMap((peer) => [
              ...(peer.pods?.list() ?? []),
              ...placesOfPeer(network, rule, peer),
          ]);
}

/** The part of a rule's ports on which pods listen. */
function openPorts(pods: LabelledPods, range: PortRange): PortRange[] {
    const wanted = range.endPort ?? (typeof range.port === "number" ? range.port : Infinity);
    return listening(pods, range).map(({ port, protocol }) => {
        const listeners = pods.ports
            .filter((item) => (item.protocol ?? "TCP") === protocol)
            .filter((item) => item.port <= port && port <= (item.endPort ?? item.port))
            .map((item) => item.endPort ?? item.port);
        const last = Math.min(wanted, listeners.length === 0 ? wanted : Math.max(...listeners));
        return last > port && last < Infinity
            ? { protocol, port, endPort: last }
            : { protocol, port };
    });
}

interface Collected {
    readonly from: End;
    readonly to: End;
    readonly port: PortRange;
    readonly egress: Set<Rule>;
    readonly ingress: Set<Rule>;
}

function addRule(
    network: Network,
    paths: Map<string, Collected>,
    rule: Rule,
    direction: Direction,
): void {
    const others = endsOf(network, rule);
    for (const own of rule.policy.own) {
        for (const other of others) {
            const [from, to] = direction === "ingress" ? [other, own] : [own, other];
            for (const range of rule.ports ?? EVERY_PORT) {
                for (const port of isPods(to) ? openPorts(to, range) : [range]) {
                    const at = { port: Number(port.port), protocol: port.protocol };
                    if (isPods(to) && network.refusal(from, to, at) !== undefined) {
                        continue;
                    }
                    const key = JSON.stringify([endName(from), endName(to), port]);
                    const path = paths.get(key) ?? {
                        ...{ from, to, port },
                        egress: new Set(),
                        ingress: new Set(),
                    };
                    path[direction].add(rule);
                    paths.set(key, path);
                }
            }
        }
    }
}

/**
 * All allowed paths in which a policy has a part. Between two ends that no policy governs
 * everything is open, and nothing is listed.
 */
export function flowPathsOf(network: Network): FlowPath[] {
    const paths = new Map<string, Collected>();
    for (const { rules } of network.policies) {
        for (const direction of DIRECTIONS) {
            rules[direction]?.forEach((rule) => {
                addRule(network, paths, rule, direction);
            });
        }
    }
    return [...paths.values()].map(({ egress, ingress, ...path }) => ({
        ...path,
        egress: [...egress],
        ingress: [...ingress],
    }));
}
