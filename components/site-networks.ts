/** What the networks and ports of a site must be like for Kubernetes and Talos. Pure. */
import { networkRange, networksOverlap, prefixLength } from "./addresses";
import type { Fault } from "./base/definition";
import type { SiteConfiguration } from "./site-schema";
import { eachReadable, whereReadable } from "./unreadable";

type Network = "nodes" | "pods" | "services";

/** Two networks that share addresses: packets for one would be sent to the other. */
export function overlappingNetworks({ network }: SiteConfiguration): Fault[] {
    const pairs: [Network, Network][] = [
        ["pods", "nodes"],
        ["services", "nodes"],
        ["services", "pods"],
    ];
    return pairs.flatMap(([left, right]) =>
        whereReadable(() =>
            networksOverlap(network[left], network[right])
                ? [
                      {
                          key: `network.${left}`,
                          found: network[left],
                          allowed: `a network that does not overlap network.${right} (${network[right]})`,
                      },
                  ]
                : [],
        ),
    );
}

/**
 * Sizes that Kubernetes 1.35 takes. kube-controller-manager gives each node a /24 of the pod network
 * and wants that network to be at most 16 bits larger (`--node-cidr-mask-size`,
 * pkg/controller/nodeipam); kube-apiserver takes at most 20 bits of Services
 * (cmd/kube-apiserver/app/options: "must be >= 12"). A /24 of Services holds about as many as this
 * platform has.
 */
const SIZES = {
    nodes: { from: 8, to: 30 },
    pods: { from: 8, to: 24 },
    services: { from: 12, to: 24 },
} as const;
/** Prefix length of what each node gets of the pod network. */
const NODE_PREFIX = 24;

/** Networks that Kubernetes does not take, or in which the nodes have no room. */
export function networkSizes(site: SiteConfiguration): Fault[] {
    const sizes = (Object.keys(SIZES) as Network[]).flatMap((name) =>
        whereReadable(() => {
            const found = site.network[name];
            const { from, to } = SIZES[name];
            const prefix = prefixLength(found);
            return prefix >= from && prefix <= to
                ? []
                : [{ key: `network.${name}`, found, allowed: `a network from /${from} to /${to}` }];
        }),
    );
    return [...sizes, ...whereReadable(() => podRoom(site)), ...whereReadable(() => room(site))];
}

function podRoom({ network, nodes }: SiteConfiguration): Fault[] {
    const prefix = prefixLength(network.pods);
    const most = 2 ** (NODE_PREFIX - prefix);
    return prefix > NODE_PREFIX || nodes.length <= most
        ? []
        : [
              {
                  key: "network.pods",
                  found: `${network.pods}, enough for ${most === 1 ? "1 node" : `${most} nodes`}`,
                  allowed: `a network with a /${NODE_PREFIX} for each of the ${nodes.length} nodes`,
              },
          ];
}

/** Besides the nodes a network holds the gateway, the virtual address and one of a load balancer. */
function room({ network, nodes }: SiteConfiguration): Fault[] {
    const needed = nodes.length + 3;
    const hosts = 2 ** (32 - prefixLength(network.nodes)) - 2;
    return hosts >= needed
        ? []
        : [
              {
                  key: "network.nodes",
                  found: `${network.nodes}, with room for ${Math.max(0, hosts)} addresses`,
                  allowed: `a network with room for ${needed}: ${nodes.length} nodes, the gateway, the virtual address and a load balancer`,
              },
          ];
}

/** Networks for private use (RFC 1918), and those of carriers and overlays (RFC 6598). */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];
/** Prefix length of the widest public network that one site has. */
const WIDEST_PUBLIC = 16;

/** Administrators by the million: a network that is wide and not private. */
export function publicAdministrators({ network }: SiteConfiguration): Fault[] {
    return eachReadable(network.administrators ?? [], (found, index) => {
        const { first, last } = networkRange(found);
        const isPrivate = PRIVATE.map(networkRange).some(
            (range) => range.first <= first && last <= range.last,
        );
        return isPrivate || prefixLength(found) >= WIDEST_PUBLIC
            ? []
            : [
                  {
                      key: `network.administrators[${index}]`,
                      found,
                      allowed: `a private network, or a public one from /${WIDEST_PUBLIC} on: whoever is in it reaches the APIs of Talos and Kubernetes`,
                  },
              ];
    });
}

/**
 * Ports of a control plane that have an owner: siderolabs/docs, "Network connectivity" of Talos
 * 1.13; kubernetes.io, "Ports and Protocols"; Cilium 1.20, "System requirements".
 */
const OWNERS: readonly (readonly [first: number, last: number, owner: string])[] = [
    [53, 53, "Talos' host DNS"],
    [2379, 2381, "etcd"],
    [4240, 4240, "Cilium's health check"],
    [4244, 4244, "Hubble"],
    [7445, 7445, "KubePrism, Talos' load balancer of the Kubernetes API"],
    [9962, 9965, "Cilium's metrics"],
    [10_248, 10_250, "the kubelet"],
    [10_256, 10_256, "the health check of the Service proxy"],
    [10_257, 10_257, "the controller manager"],
    [10_259, 10_259, "the scheduler"],
    [30_000, 32_767, "Services of type NodePort"],
    [50_000, 50_001, "Talos' own API"],
];

/** A port for the Kubernetes API that somebody else listens on. */
export function takenPort({ network }: SiteConfiguration): Fault[] {
    const port = network.apiServerPort;
    const owner = OWNERS.find(([first, last]) => port >= first && port <= last)?.[2];
    return owner === undefined
        ? []
        : [
              {
                  key: "network.apiServerPort",
                  found: String(port),
                  allowed: `a port that is free on a control plane, such as 6443; ${port} is that of ${owner}`,
              },
          ];
}
