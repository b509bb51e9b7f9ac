/**
 * Which ports of a node are open to whom: one list for both firewalls, Proxmox's in front of the VM
 * and Talos' inside it. Pure.
 *
 * Not in the list, on purpose:
 * - Ceph (3300, 6789, 6800-7568, 9283): Rook runs without host network, so monitors, OSDs and
 *   managers are pods: their ports are not the node's, and `pod-network` covers them.
 * - VXLAN (8472): Cilium routes natively, without a tunnel (`components/network/cilium.ts`).
 * - KubePrism (7445): it listens on the loopback address only.
 * - NodePorts: nothing uses them; LoadBalancer Services have addresses of their own.
 */
import { exactNetworks } from "../addresses";
import { controlPlanePorts, kubeletPort, nodeExporterPort } from "../base/node-ports";
import type { Site } from "../site";
import type { NodeSettings } from "../site-schema";
import { addressesOf } from "./interfaces";

/** One opening of a node's ingress. */
export interface FirewallRule {
    /** Unique; lower-case letters, digits and hyphens. */
    readonly name: string;
    readonly protocol: "tcp" | "udp" | "icmp" | "any";
    /** Single ports or `first-last` ranges; empty for ICMP and any. */
    readonly ports: readonly (number | string)[];
    /** Networks in CIDR notation. */
    readonly sources: readonly string[];
    /** Network behind the node that is meant; default: the node itself. */
    readonly destination?: string;
}

const anywhere = "0.0.0.0/0";

/** Addresses from which control planes speak: their own, and the virtual one of its holder. */
function controlPlaneAddresses({ controlPlanes, cluster }: Site): string[] {
    const virtual = cluster.virtualIp === undefined ? [] : [cluster.virtualIp];
    return [...controlPlanes.flatMap(addressesOf), ...virtual];
}

function controlPlaneSources(site: Site): string[] {
    return exactNetworks(controlPlaneAddresses(site));
}

function nodeSources(site: Site): string[] {
    const workers = site.workers.flatMap(addressesOf);
    return exactNetworks([...controlPlaneAddresses(site), ...workers]);
}

function uniqueSources(...sources: readonly (readonly string[])[]): string[] {
    return [...new Set(sources.flat())];
}

/**
 * Ports of apid, trustd, the API server and etcd: siderolabs/docs, "Network connectivity" and
 * "Ingress firewall" of Talos 1.13.
 */
function controlPlaneRules(site: Site): FirewallRule[] {
    const { administrators, backup, network } = site;
    const peers = controlPlaneSources(site);
    const nodes = nodeSources(site);
    return [
        {
            name: "kubernetes-api",
            protocol: "tcp",
            ports: [network.apiServerPort],
            sources: uniqueSources(administrators, nodes, [network.pods]),
        },
        {
            // Pods only with backups: talos-backup takes etcd snapshots through the Service `talos`;
            // which roles a pod gets is limited by `kubernetesTalosAPIAccess`.
            name: "talos-api",
            protocol: "tcp",
            ports: [50000],
            sources: uniqueSources(administrators, nodes, backup ? [network.pods] : []),
        },
        { name: "talos-trust", protocol: "tcp", ports: [50001], sources: nodes },
        { name: "etcd", protocol: "tcp", ports: ["2379-2380"], sources: peers },
        {
            // Pods: Prometheus; which of them is for network policies to say.
            name: "control-plane-metrics",
            protocol: "tcp",
            ports: Object.values(controlPlanePorts),
            sources: [network.pods],
        },
    ];
}

function workerRules(site: Site): FirewallRule[] {
    return [
        {
            // Control planes: apid forwards requests to the node that they name.
            name: "talos-api",
            protocol: "tcp",
            ports: [50000],
            sources: uniqueSources(site.administrators, controlPlaneSources(site)),
        },
    ];
}

/** The gateway's listeners: what arrives for its address is passed on to its pods by Cilium. */
const publicRule: FirewallRule = {
    name: "public-web",
    protocol: "tcp",
    ports: [80, 443],
    sources: [anywhere],
};

/** Routers that learn addresses by BGP may open the session themselves. */
function routerRules({ network: { loadBalancers } }: Site): FirewallRule[] {
    const peers = loadBalancers.announce === "bgp" ? (loadBalancers.bgp?.peers ?? []) : [];
    const sources = exactNetworks(peers.map(({ address }) => address));
    return peers.length === 0 ? [] : [{ name: "bgp", protocol: "tcp", ports: [179], sources }];
}

/** Speakers tell each other by it that they are there (metallb v0.16.1, `speaker.memberlist`). */
function speakerRules(site: Site): FirewallRule[] {
    const sources = nodeSources(site);
    return site.network.loadBalancers.announce === "metallb"
        ? (["tcp", "udp"] as const).map((protocol) => ({
              name: `metallb-members-${protocol}`,
              protocol,
              ports: [7946],
              sources,
          }))
        : [];
}

/**
 * Ports of Cilium 1.20: values.yaml of its chart (4244 Hubble, 9962 to 9965 metrics of agent,
 * operator, Envoy and Hubble) and its "System requirements" page (4240, 51871, ICMP).
 */
function sharedRules(site: Site): FirewallRule[] {
    const { network, administrators } = site;
    const nodes = nodeSources(site);
    const nodesAndPods = uniqueSources(nodes, [network.pods]);
    return [
        // Pods: metrics-server and Prometheus.
        { name: "kubelet", protocol: "tcp", ports: [kubeletPort], sources: nodesAndPods },
        {
            name: "node-exporter",
            protocol: "tcp",
            ports: [nodeExporterPort],
            sources: nodesAndPods,
        },
        { name: "cilium-health", protocol: "tcp", ports: [4240], sources: nodes },
        // Pods: Hubble Relay.
        { name: "cilium-hubble", protocol: "tcp", ports: [4244], sources: nodesAndPods },
        { name: "cilium-metrics", protocol: "tcp", ports: ["9962-9965"], sources: nodesAndPods },
        { name: "cilium-wireguard", protocol: "udp", ports: [51871], sources: nodes },
        {
            // Natively routed packets for pods pass the VM's interface as they are: from nodes
            // (webhooks, volumes) always, from pods where WireGuard does not wrap them. Who may
            // talk to which pod is for network policies to say.
            name: "pod-network",
            protocol: "any",
            ports: [],
            sources: nodesAndPods,
            destination: network.pods,
        },
        {
            name: "ping",
            protocol: "icmp",
            ports: [],
            sources: uniqueSources(administrators, nodesAndPods),
        },
    ];
}

/** Everything that may reach the node; all else is dropped. */
export function firewallRules(site: Site, { role }: NodeSettings): FirewallRule[] {
    // Control planes carry `exclude-from-external-load-balancers`, so only workers serve the public,
    // unless there is nobody else.
    const servesPublic = role === "worker" || site.workers.length === 0;
    return [
        ...(role === "controlPlane" ? controlPlaneRules(site) : workerRules(site)),
        ...sharedRules(site),
        ...(servesPublic ? [publicRule, ...routerRules(site), ...speakerRules(site)] : []),
    ];
}
