/**
 * The address book of a site: each address with the key that says it. What the cluster takes for
 * itself (its nodes, the virtual address, the range of load balancers) nobody else may have; what is
 * there already (gateway, name servers, Proxmox) may well be one machine. Pure.
 */
import { addressToNumber, isAddress, isHostAddress, networksOverlap } from "./addresses";
import type { Fault } from "./base/definition";
import { hostOf } from "./base/values";
import type { SiteConfiguration } from "./site-schema";
import { eachReadable, whereReadable } from "./unreadable";

/** An address or a range of them, and the key that says it. */
interface Entry {
    readonly key: string;
    readonly first: string;
    readonly last: string;
    /** Whether the cluster takes it, so that nobody else may have it. */
    readonly taken: boolean;
}

/** A single address; names of servers are none. */
function single(key: string, address: string | undefined, taken: boolean): Entry[] {
    return address !== undefined && isAddress(address)
        ? [{ key, first: address, last: address, taken }]
        : [];
}

/** What is there already: a new key that names a machine outside of the cluster is one line here. */
function others({
    network,
    nodes,
    proxmox,
    backup,
    edge,
}: SiteConfiguration): (() => readonly Entry[])[] {
    const there = (key: string, address: string | undefined) => single(key, address, false);
    return [
        () => there("network.gateway", network.gateway),
        () => eachReadable(network.nameservers, (at, i) => there(`network.nameservers[${i}]`, at)),
        () => eachReadable(network.timeServers, (at, i) => there(`network.timeServers[${i}]`, at)),
        () => eachReadable(nodes, ({ gateway }, i) => there(`nodes[${i}].gateway`, gateway)),
        () =>
            eachReadable(network.loadBalancers.bgp?.peers ?? [], ({ address }, i) =>
                there(`network.loadBalancers.bgp.peers[${i}].address`, address),
            ),
        () => there("proxmox.endpoint", hostOf(proxmox?.endpoint ?? "")),
        () =>
            eachReadable(proxmox?.hosts ?? [], ({ endpoint }, i) =>
                there(`proxmox.hosts[${i}].endpoint`, hostOf(endpoint ?? "")),
            ),
        () => there("backup.endpoint", hostOf(backup?.endpoint ?? "")),
        () =>
            eachReadable(edge?.sites ?? [], ({ gateway }, i) =>
                there(`edge.sites[${i}].gateway`, gateway),
            ),
        () =>
            eachReadable(edge?.sites ?? [], ({ nameservers }, i) =>
                eachReadable(nameservers, (at, k) =>
                    there(`edge.sites[${i}].nameservers[${k}]`, at),
                ),
            ),
    ];
}

/** What the stack's machines take: a new key that gives one an address is one line here. */
function own({ network, cluster, nodes, edge }: SiteConfiguration): (() => readonly Entry[])[] {
    const taken = (key: string, address: string | undefined) => single(key, address, true);
    const { start, stop } = network.loadBalancers;
    return [
        () => eachReadable(nodes, ({ address }, i) => taken(`nodes[${i}].address`, address)),
        () =>
            eachReadable(nodes, ({ interfaces }, i) =>
                interfaces.flatMap(({ address }, k) =>
                    taken(`nodes[${i}].interfaces[${k}].address`, address?.split("/")[0]),
                ),
            ),
        () =>
            eachReadable(edge?.sites ?? [], ({ servers }, i) =>
                eachReadable(servers, ({ address }, k) =>
                    taken(`edge.sites[${i}].servers[${k}].address`, address),
                ),
            ),
        () => taken("cluster.virtualIp", cluster.virtualIp),
        () => [{ key: "network.loadBalancers", first: start, last: stop, taken: true }],
    ];
}

/** Lists of entries of which a part may be unreadable, as a whole too. */
function entries(of: () => (() => readonly Entry[])[]): Entry[] {
    return whereReadable(of).flatMap(whereReadable);
}

function overlap(one: Entry, other: Entry): boolean {
    const [first, last] = [addressToNumber(one.first), addressToNumber(one.last)];
    return first <= addressToNumber(other.last) && addressToNumber(other.first) <= last;
}

/** `network.gateway`, with the address where a range holds more than one. */
function holder(entry: Entry, { key, first }: Entry): string {
    return entry.first === entry.last ? key : `${first} (${key})`;
}

function collision(entry: Entry, before: readonly Entry[]): Fault[] {
    const same = before.filter((other) => (entry.taken || other.taken) && overlap(entry, other));
    if (same.length === 0) {
        return [];
    }
    const isRange = entry.first !== entry.last;
    const holders = same.map((other) => holder(entry, other)).join(", ");
    return [
        {
            key: entry.key,
            found: isRange ? `${entry.first} to ${entry.last}` : entry.first,
            allowed: isRange
                ? `a range without ${holders}`
                : `an address that nothing else has: ${holders} ${same.length === 1 ? "has" : "have"} it too`,
        },
    ];
}

/** Addresses that two keys claim, each told where the later of them stands. */
export function collisions(site: SiteConfiguration): Fault[] {
    const book = [...entries(() => others(site)), ...entries(() => own(site))];
    return book.flatMap((entry, index) => collision(entry, book.slice(0, index)));
}

/** The range for which a node answers ARP; one that is routed may be anywhere. */
function answered({ network: { loadBalancers } }: SiteConfiguration) {
    return ["arp", "metallb"].includes(loadBalancers.announce) ? loadBalancers : undefined;
}

/** What must be in the nodes' network: it is on the same wire as they are. */
export function outsideOfNodeNetwork(site: SiteConfiguration): Fault[] {
    const inside: [key: string, read: () => string | undefined][] = [
        ["network.gateway", () => site.network.gateway],
        ["cluster.virtualIp", () => site.cluster.virtualIp],
        ["network.loadBalancers.start", () => answered(site)?.start],
        ["network.loadBalancers.stop", () => answered(site)?.stop],
    ];
    const judge = (key: string, found: string | undefined): Fault[] => {
        const { nodes } = site.network;
        return found === undefined || isHostAddress(found, nodes)
            ? []
            : [{ key, found, allowed: `a host address inside network.nodes (${nodes})` }];
    };
    return [
        ...inside.flatMap(([key, read]) => whereReadable(() => judge(key, read()))),
        ...whereReadable(() =>
            eachReadable(site.nodes, ({ address, gateway }, i) => [
                ...judge(`nodes[${i}].address`, address),
                ...judge(`nodes[${i}].gateway`, gateway),
            ]),
        ),
    ];
}

/** Machines outside of the cluster whose addresses would lead into it, or are no machine's. */
export function lostServers(site: SiteConfiguration): Fault[] {
    return entries(() => others(site)).flatMap(({ key, first: found }) =>
        whereReadable(() => lost(key, found, site)),
    );
}

function lost(key: string, found: string, { network }: SiteConfiguration): Fault[] {
    if (networksOverlap(found, network.nodes)) {
        return key === "network.gateway" || isHostAddress(found, network.nodes)
            ? []
            : [{ key, found, allowed: `a host address of network.nodes (${network.nodes})` }];
    }
    return (["pods", "services"] as const).flatMap((name) =>
        whereReadable(() =>
            networksOverlap(found, network[name])
                ? [
                      {
                          key,
                          found,
                          allowed: `an address outside network.${name} (${network[name]}), which leads into the cluster`,
                      },
                  ]
                : [],
        ),
    );
}

/** BGP without routers, and routers without BGP. */
export function announcement({ network }: SiteConfiguration): Fault[] {
    const { announce, bgp } = network.loadBalancers;
    const key = "network.loadBalancers.bgp";
    if (announce === "bgp" && bgp === undefined) {
        const allowed = "autonomousSystem and peers, because network.loadBalancers.announce is bgp";
        return [{ key, found: "nothing", allowed }];
    }
    return announce !== "bgp" && bgp !== undefined
        ? [
              {
                  key,
                  found: "routers",
                  allowed: "nothing, unless network.loadBalancers.announce is bgp",
              },
          ]
        : [];
}

/** A range of load balancers that ends before it begins. */
export function backwardRange({ network }: SiteConfiguration): Fault[] {
    const { start, stop } = network.loadBalancers;
    return addressToNumber(start) > addressToNumber(stop)
        ? [
              {
                  key: "network.loadBalancers",
                  found: `${start} to ${stop}`,
                  allowed: "a start that is not above its stop",
              },
          ]
        : [];
}
