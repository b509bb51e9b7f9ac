/** What a stack needs of one Proxmox, and what its token must be allowed to do there. Pure. */
import type { Site } from "../site";
import type { HostSettings, NodeSettings } from "../site-schema";
import { edgeMachines, madeNodes, type ProxmoxServer, proxmoxOf, usedHosts } from "./proxmox-hosts";

/** What the machines of one Proxmox are made of. */
export interface ProxmoxDemand {
    readonly hosts: readonly HostSettings[];
    readonly machines: readonly (Pick<NodeSettings, "name" | "vmId" | "devices"> & {
        /** Key of the configuration that lists it. */
        readonly key: "nodes" | "edge.sites";
    })[];
    /** Where hosts of edge sites keep the first instructions of their machines. */
    readonly snippets: readonly { readonly host: string; readonly datastore: string }[];
    /** Bridges with their VLANs that machines join. */
    readonly networks: readonly { readonly bridge: string; readonly vlan?: number }[];
}

/** What a stack needs of one Proxmox. */
export function demandOf(site: Site, { hosts }: ProxmoxServer): ProxmoxDemand {
    const { bridge, vlan } = proxmoxOf(site);
    const nodes = madeNodes(site).filter(({ host }) => hosts.some(({ name }) => name === host));
    const isHere = (name: string) => hosts.some((host) => host.name === name);
    const edges = edgeMachines(site).filter(({ host }) => isHere(host));
    const { edge } = site;
    return {
        hosts,
        machines: [
            ...nodes.map((node) => ({ ...node, key: "nodes" as const })),
            ...edges.map((one) => ({ ...one, devices: [], key: "edge.sites" as const })),
        ],
        snippets:
            edge === undefined
                ? []
                : usedHosts(site, edges).map(({ name }) => ({
                      host: name,
                      datastore: edge.snippetDatastore,
                  })),
        networks: [
            ...nodes.flatMap((node) => [
                { bridge: node.bridge ?? bridge, vlan: node.vlan ?? vlan },
                ...node.interfaces.map((one) => ({ bridge: one.bridge ?? bridge, vlan: one.vlan })),
            ]),
            ...(edge?.sites ?? [])
                .filter(({ servers }) => servers.some(({ host }) => isHere(host)))
                .map((one) => ({ bridge: one.bridge ?? bridge, vlan: one.vlan })),
        ],
    };
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
    /** The files themselves go by ssh; they are listed and deleted by the API. */
    snippetStorage: ["Datastore.AllocateTemplate", "Datastore.Audit", "Datastore.AllocateSpace"],
    /** download_url asks for both; the status of the cluster and its firewall for the first. */
    datacenter: ["Sys.Audit", "Sys.Modify"],
    bridge: ["SDN.Use"],
    device: ["Mapping.Use"],
} as const;

type Entry = readonly [path: string, privileges: readonly string[]];

/** Paths on which the token needs privileges, with those that it needs there. */
export function neededPaths({
    hosts,
    machines,
    snippets,
    networks,
}: ProxmoxDemand): Readonly<Record<string, readonly string[]>> {
    const zone = "/sdn/zones/localnetwork";
    const entries: Entry[] = [
        ["/", neededPrivileges.datacenter],
        ...hosts.flatMap(({ diskDatastore, imageDatastore }): Entry[] => [
            [`/storage/${diskDatastore}`, neededPrivileges.diskStorage],
            [`/storage/${imageDatastore}`, neededPrivileges.imageStorage],
        ]),
        ...snippets.map(({ datastore }): Entry => [
            `/storage/${datastore}`,
            neededPrivileges.snippetStorage,
        ]),
        ...machines.flatMap(({ vmId, devices }): Entry[] => [
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
