/** What a node's VM looks like in Proxmox. Pure: settings in, resource inputs out. */
import type * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { prefixLength } from "../addresses";
import type { Site } from "../site";
import type { DiskSettings, HostSettings, NodeSettings, ProxmoxSettings } from "../site-schema";
import type { FirewallRule } from "./firewall";

/** Serial number of the disk that holds Talos. */
export const systemDiskSerial = "system";

/**
 * Path of a disk inside the VM. Every disk has its own controller (`virtio-scsi-single`), so the
 * order of `/dev/sdX` is not stable; the serial number is.
 */
export function diskPath(serial: string): string {
    return `/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_${serial}`;
}

/** Serial numbers of a node's Ceph disks, in the order of the settings: `ceph-1`, `ceph-2`, ... */
export function cephDiskSerials({ disks }: NodeSettings): string[] {
    return disks.filter(({ purpose }) => purpose === "ceph").map((_, index) => `ceph-${index + 1}`);
}

/** The Proxmox part of the settings, which the checks guarantee when machines are made. */
export function proxmoxOf({ proxmox }: Site): ProxmoxSettings {
    if (proxmox === undefined) {
        throw new pulumi.RunError("proxmox is not set, so no machines can be made");
    }
    return proxmox;
}

/** The Proxmox host that runs a node. */
export function hostOf(site: Site, node: NodeSettings): HostSettings {
    const host = proxmoxOf(site).hosts.find(({ name }) => name === node.host);
    if (host === undefined) {
        throw new pulumi.RunError(`${node.name} is on ${node.host}, which proxmox.hosts lacks`);
    }
    return host;
}

/** Hosts that run at least one node, in the order of the site. */
export function usedHosts(site: Site): HostSettings[] {
    const used = new Set(site.nodes.map(({ host }) => host));
    return proxmoxOf(site).hosts.filter(({ name }) => used.has(name));
}

/** Tags of a VM. Sorted as Proxmox sorts them, or every refresh would show a difference. */
export function tags({ cluster, stack }: Site, { role }: NodeSettings): string[] {
    return [cluster.name, stack, "pulumi", "talos", role === "worker" ? "worker" : "control-plane"]
        .map((tag) => tag.toLowerCase())
        .sort();
}

/**
 * Order in which a Proxmox host starts its VMs after a power cut, and stops them in reverse:
 * control planes first, so that workers find an API. Delays are seconds.
 */
export function startOrder({ role }: NodeSettings): proxmoxve.types.input.VmLegacyStartup {
    return role === "controlPlane"
        ? { order: 1, upDelay: 30, downDelay: 60 }
        : { order: 2, upDelay: 10, downDelay: 120 };
}

function disk(
    { size, purpose, datastore }: DiskSettings,
    host: HostSettings,
    position: number,
    serial: string,
): proxmoxve.types.input.VmLegacyDisk {
    return {
        interface: `scsi${position}`,
        datastoreId: datastore ?? host.diskDatastore,
        size,
        serial,
        fileFormat: "raw",
        cache: "none",
        discard: "on",
        iothread: true,
        ssd: true,
        // A copy of one OSD is worth nothing without the others; Ceph replicates by itself.
        backup: purpose === "system",
        replicate: false,
    };
}

/** The node's disks: the system disk first, made from the image, then one per OSD. */
function disks(
    node: NodeSettings,
    host: HostSettings,
    importFrom: pulumi.Input<string>,
): proxmoxve.types.input.VmLegacyDisk[] {
    const system = node.disks
        .filter(({ purpose }) => purpose === "system")
        .map((own) => ({ ...disk(own, host, 0, systemDiskSerial), importFrom }));
    const serials = cephDiskSerials(node);
    const ceph = node.disks
        .filter(({ purpose }) => purpose === "ceph")
        .map((own, index) => disk(own, host, index + 1, serials[index] ?? ""));
    return [...system, ...ceph];
}

/**
 * Inputs of a node's VM.
 *
 * `virtio-scsi-single` gives each disk its own I/O thread. The Talos guide for Proxmox warns of it
 * because of siderolabs/talos#11173 (installation from ISO hung for two users in 2025); here nothing
 * is installed, the disk already holds Talos, and the same report was withdrawn for the Omni
 * provider (siderolabs/omni-infra-provider-proxmox#45).
 *
 * @param importFrom file id of the Talos image on the node's host
 */
export function virtualMachineArgs(
    site: Site,
    node: NodeSettings,
    importFrom: pulumi.Input<string>,
): proxmoxve.VmLegacyArgs {
    const { bridge, vlan } = proxmoxOf(site);
    const host = hostOf(site, node);
    const { gateway, nameservers, nodes: subnet } = site.network;
    return {
        nodeName: host.name,
        vmId: node.vmId,
        name: node.name,
        description: `Talos ${node.role} of the cluster ${site.cluster.name}. Managed by Pulumi (stack ${site.stack}).`,
        tags: tags(site, node),
        machine: "q35",
        bios: "ovmf",
        efiDisk: {
            datastoreId: host.diskDatastore,
            type: "4m",
            fileFormat: "raw",
            // Talos' boot loader is not signed with Microsoft's keys.
            preEnrolledKeys: false,
        },
        operatingSystem: { type: "l26" },
        // Talos needs x86-64-v2; the host's own type also gives Ceph AES and CRC instructions. The
        // price, no live migration between unlike hosts, is none: nodes are drained, not migrated.
        cpu: { cores: node.cores, sockets: 1, type: "host" },
        // Without ballooning (`floating` 0): Talos does not see memory that comes later.
        memory: { dedicated: node.memory, floating: 0 },
        scsiHardware: "virtio-scsi-single",
        disks: disks(node, host, importFrom),
        bootOrders: ["scsi0"],
        networkDevices: [{ bridge, vlanId: vlan, model: "virtio", firewall: true }],
        initialization: {
            type: "nocloud",
            datastoreId: host.diskDatastore,
            interface: "ide2",
            ipConfigs: [{ ipv4: { address: `${node.address}/${prefixLength(subnet)}`, gateway } }],
            dns: { servers: [...nameservers] },
        },
        agent: {
            enabled: true,
            trim: true,
            // The agent only starts once the machine is configured, which is after the VM exists:
            // waiting for it would hold each create and refresh up to 15 minutes, for an address
            // that the settings give anyway (bpg/terraform-provider-proxmox#449).
            waitForIp: { disabled: true },
        },
        // Boot messages before the network is up.
        serialDevices: [{ device: "socket" }],
        startup: startOrder(node),
        onBoot: true,
        started: true,
        // A machine without configuration has no agent that could shut it down.
        stopOnDestroy: true,
        protection: site.protect,
        // Otherwise the provider reboots a machine by itself when a change needs it.
        rebootAfterUpdate: !site.protect,
    };
}

/** The node's firewall rules in the form of Proxmox, where ranges are written `first:last`. */
export function proxmoxRules(
    rules: readonly FirewallRule[],
): proxmoxve.types.input.firewall.RulesLegacyRule[] {
    return rules.map(({ name, protocol, ports, sources, destination }) => ({
        type: "in",
        action: "ACCEPT",
        comment: name,
        proto: protocol === "any" ? undefined : protocol,
        dport:
            ports.length === 0
                ? undefined
                : ports.map((port) => String(port).replace("-", ":")).join(","),
        source: sources.join(","),
        dest: destination,
    }));
}
