/** Every path that the policies allow, for the picture and the matrix in `docs/`. */
import type { Pods } from "../references/pods";
import { listening, show } from "./allowances";
import { type End, nameOf, type Place } from "./ends";
import { addressPlace, type Network } from "./network";
import { admitsNetwork, type Direction, type Peer, type PortRange, type Rule } from "./rules";

/** A path between two ends. */
export interface Path {
    readonly from: End;
    readonly to: End;
    /** `TCP 5432`, `UDP 53`, `TCP 6800-7568`. */
    readonly ports: readonly string[];
}

const EVERY: readonly PortRange[] = ["TCP", "UDP"].map((protocol) => ({ protocol }));

/** Places that a peer names: those that it lets through as a whole, else its addresses. */
function placesOf({ site }: Network, rule: Rule, { block, places }: Peer): Place[] {
    const all = [site.apiServer, site.nodes, site.internet, site.gateway];
    if (places !== undefined) {
        return all.filter(({ place }) => place !== "addresses" && places.includes(place));
    }
    if (block === undefined) {
        return [];
    }
    const blocks = (rule.peers ?? []).flatMap((peer) => peer.block ?? []);
    const found = all.filter(
        ({ addresses = [] }) =>
            addresses.length > 0 &&
            addresses.some((address) => admits(block, address)) &&
            addresses.every((address) => blocks.some((item) => admits(item, address))),
    );
    // Of nested places the smaller one is not worth a line.
    const nodes = found.includes(site.nodes);
    const distinct = found.filter((place) => place !== site.apiServer || !nodes);
    return distinct.length > 0 ? distinct : [addressPlace(block.cidr)];
}

function admits({ cidr, except }: NonNullable<Peer["block"]>, network: string): boolean {
    return admitsNetwork({ block: { cidr, except } }, network);
}

interface Collected {
    readonly from: End;
    readonly to: End;
    readonly ports: Set<string>;
}

/** Collects paths by their ends. */
class Paths {
    private readonly all = new Map<string, Collected>();

    add(from: End, to: End, port: string): void {
        const key = `${nameOf(from)} -> ${nameOf(to)}`;
        const path = this.all.get(key) ?? { from, to, ports: new Set<string>() };
        this.all.set(key, path);
        path.ports.add(port);
    }

    list(): Path[] {
        return [...this.all]
            .sort(([left], [right]) => (left < right ? -1 : 1))
            .map(([, { from, to, ports }]) => ({ from, to, ports: [...ports].sort(byNumber) }));
    }
}

function byNumber(left: string, right: string): number {
    return left.localeCompare(right, "en", { numeric: true });
}

function addPods(network: Network, paths: Paths, own: Pods, peer: Peer, range: PortRange): void {
    for (const source of peer.pods?.list() ?? []) {
        for (const port of listening(own, range)) {
            if (network.lets("egress", source, own, port) === "yes") {
                paths.add(source, own, label(range, port));
            }
        }
    }
}

function addOpen(network: Network, paths: Paths, own: Pods, peer: Peer, range: PortRange): void {
    for (const destination of peer.pods?.list() ?? []) {
        if (network.isOpen(destination, "ingress")) {
            listening(destination, range).forEach((port) => {
                paths.add(own, destination, label(range, port));
            });
        }
    }
}

function label(range: PortRange, port: { port: number; protocol: string }): string {
    return range.endPort === undefined
        ? show({ ...port })
        : show({ ...range, protocol: port.protocol });
}

function addRule(network: Network, paths: Paths, rule: Rule, direction: Direction): void {
    for (const peer of rule.peers ?? []) {
        for (const range of rule.ports ?? EVERY) {
            for (const own of rule.policy.own) {
                if (direction === "ingress") {
                    addPods(network, paths, own, peer, range);
                } else {
                    addOpen(network, paths, own, peer, range);
                }
                for (const place of placesOf(network, rule, peer)) {
                    if (direction === "egress") {
                        paths.add(own, place, show(range));
                    } else if (listening(own, range).length > 0) {
                        paths.add(place, own, show(range));
                    }
                }
            }
        }
    }
}

/** All allowed paths, sorted; pods that no policy governs are open and not listed. */
export function pathsOf(network: Network): Path[] {
    const paths = new Paths();
    for (const { rules } of network.policies) {
        for (const direction of ["ingress", "egress"] as const) {
            rules[direction]?.forEach((rule) => {
                addRule(network, paths, rule, direction);
            });
        }
    }
    return paths.list();
}
