/** What a stack needs of one Proxmox, and what its token must be allowed to do there. Pure. */
import type { Site } from "../site";
import type { HostSettings, NodeSettings } from "../site-schema";
import { type ProxmoxServer, proxmoxOf } from "./proxmox-hosts";

/** What the machines of one Proxmox are made of. */
export interface ProxmoxDemand {
    readonly hosts: readonly HostSettings[];
    readonly nodes: readonly NodeSettings[];
    /** Bridges with their VLANs that machines join. */
    readonly networks: readonly { readonly bridge: string; readonly vlan?: number }[];
}

/** What a stack needs of one Proxmox. */
export function demandOf(site: Site, { hosts }: ProxmoxServer): ProxmoxDemand {
    const { bridge, vlan } = proxmoxOf(site);
    const nodes = site.nodes.filter(({ host }) => hosts.some(({ name }) => name === host));
    const networks = nodes.flatMap((node) => [
        { bridge: node.bridge ?? bridge, vlan: node.vlan ?? vlan },
        ...node.interfaces.map((one) => ({ bridge: one.bridge ?? bridge, vlan: one.vlan })),
    ]);
    return { hosts, nodes, networks };
}

/**
 * Privileges by kind of path: the Proxmox API viewer, "Check" of each call that the provider makes
 * (create, configure, start and delete a VM; download_url; firewall of the VM).
 */
export const neededPrivileges = {
    machine: [
        "VM.Allocate",
        "VM.Audit",
        "VM.Config.CDROM",
        "VM.Config.CPU",
        "VM.Config.Cloudinit",
        "VM.Config.Disk",
        "VM.Config.HWType",
        "VM.Config.Memory",
        "VM.Config.Network",
        "VM.Config.Options",
        "VM.Console",
        "VM.PowerMgmt",
    ],
    imageStorage: ["Datastore.AllocateTemplate", "Datastore.Audit", "Datastore.AllocateSpace"],
    diskStorage: ["Datastore.AllocateSpace", "Datastore.Audit"],
    /** download_url asks for both; the status of the cluster and its firewall for the first. */
    datacenter: ["Sys.Audit", "Sys.Modify"],
    bridge: ["SDN.Use"],
    device: ["Mapping.Use"],
} as const;

type Entry = readonly [path: string, privileges: readonly string[]];

/** Paths on which the token needs privileges, with those that it needs there. */
export function neededPaths({
    hosts,
    nodes,
    networks,
}: ProxmoxDemand): Readonly<Record<string, readonly string[]>> {
    const zone = "/sdn/zones/localnetwork";
    const entries: Entry[] = [
        ["/", neededPrivileges.datacenter],
        ...hosts.flatMap(({ diskDatastore, imageDatastore }): Entry[] => [
            [`/storage/${diskDatastore}`, neededPrivileges.diskStorage],
            [`/storage/${imageDatastore}`, neededPrivileges.imageStorage],
        ]),
        ...nodes.flatMap(({ vmId, devices }): Entry[] => [
            ...(vmId === undefined ? [] : [[`/vms/${vmId}`, neededPrivileges.machine] as const]),
            ...devices.map(({ mapping }): Entry => [
                `/mapping/pci/${mapping}`,
                neededPrivileges.device,
            ]),
        ]),
        ...networks.map(({ bridge, vlan }): Entry => [
            `${zone}/${bridge}${vlan === undefined ? "" : `/${vlan}`}`,
            neededPrivileges.bridge,
        ]),
    ];
    const merged = new Map<string, readonly string[]>();
    for (const [path, privileges] of entries) {
        merged.set(path, [...new Set([...(merged.get(path) ?? []), ...privileges])]);
    }
    return Object.fromEntries(merged);
}
