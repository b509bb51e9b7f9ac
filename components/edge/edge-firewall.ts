/** Which ports of an edge machine are open to whom. Pure. */
import { exactNetworks } from "../addresses";
import type { FirewallRule } from "../machines/firewall";
import type { EdgeSite } from "../edge-schema";

/** Ports of k3s with embedded etcd and WireGuard (docs.k3s.io, installation/requirements). */
export const k3sPorts = {
    api: 6443,
    etcd: "2379-2380",
    kubelet: 10_250,
    wireguard: 51_820,
} as const;

/**
 * What may reach a machine: its peers, and the people who run the platform. The platform itself
 * reaches nothing of a site: sites send what they have to tell.
 *
 * @param administrators networks of people
 */
export function edgeFirewall(
    { servers }: Pick<EdgeSite, "servers">,
    administrators: readonly string[],
): FirewallRule[] {
    const peers = exactNetworks(servers.map(({ address }) => address));
    const people = [...administrators];
    const several = servers.length > 1;
    const among = (
        name: string,
        protocol: FirewallRule["protocol"],
        port: number | string,
    ): FirewallRule[] => (several ? [{ name, protocol, ports: [port], sources: peers }] : []);
    return [
        {
            name: "kubernetes-api",
            protocol: "tcp",
            ports: [k3sPorts.api],
            sources: [...new Set([...people, ...(several ? peers : [])])],
        },
        { name: "ssh", protocol: "tcp", ports: [22], sources: people },
        ...among("etcd", "tcp", k3sPorts.etcd),
        ...among("kubelet", "tcp", k3sPorts.kubelet),
        ...among("wireguard", "udp", k3sPorts.wireguard),
        {
            name: "ping",
            protocol: "icmp",
            ports: [],
            sources: [...new Set([...people, ...(several ? peers : [])])],
        },
    ];
}
