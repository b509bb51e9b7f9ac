/** What a node's VM looks like in Proxmox. Pure: settings in, resource inputs out. */
import type * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { prefixLength } from "../addresses";
import type { Site } from "../site";
import type { DiskSettings, HostSettings, NodeSettings, ProxmoxSettings } from "../site-schema";
import type { FirewallRule } from "./firewall";

/** Position of the disk that holds Talos, the number of its SCSI interface. */
export const systemDiskPosition = 0;

/**
 * Path of a disk inside the VM. The order of `/dev/sdX` is not stable; the name that QEMU gives a
 * disk is. Proxmox VE 9 passes it as `device_id=drive-scsi<n>` (qemu-server 9.2:
 * src/PVE/QemuServer/DriveDevice.pm), and on 8.4 QEMU takes the same name by itself for a disk
 * without a serial number. With one, udev would name the disk after it on 8.4 and not on 9, so the
 * disks here have none.
 *
 * @param position number of the disk's SCSI interface
 */
export function diskPath(position: number): string {
    return `/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_drive-scsi${position}`;
}

/** A disk of a node with the number of its SCSI interface. */
export interface PlacedDisk {
    readonly disk: DiskSettings;
    readonly position: number;
}

/** A node's disks: the system disk first, the others in the order of the settings. */
export function placedDisks({ disks }: NodeSettings): PlacedDisk[] {
    const others = disks.filter(({ purpose }) => purpose !== "system");
    return [
        ...disks
            .filter(({ purpose }) => purpose === "system")
            .map((disk) => ({ disk, position: systemDiskPosition })),
        ...others.map((disk, index) => ({ disk, position: systemDiskPosition + 1 + index })),
    ];
}

/** Paths of the disks that become OSDs. */
export function cephDiskPaths(node: NodeSettings): string[] {
    return placedDisks(node)
        .filter(({ disk }) => disk.purpose === "ceph")
        .map(({ position }) => diskPath(position));
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

function roleTag(role: NodeSettings["role"]): string {
    return role === "worker" ? "worker" : "control-plane";
}

/**
 * Tags of a VM, sorted and each once, as Proxmox keeps them (qemu-server: `get_unique_tags`): a
 * stack named as its cluster would otherwise change every VM at each update.
 */
export function tags({ cluster, stack }: Site, { role }: NodeSettings): string[] {
    const all = [cluster.name, stack, "pulumi", "talos", roleTag(role)];
    return [...new Set(all.map((tag) => tag.toLowerCase()))].sort();
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

/** Inputs of one disk; the system disk is made from the image. */
function diskArgs(
    { disk: { size, purpose, datastore }, position }: PlacedDisk,
    host: HostSettings,
    importFrom: pulumi.Input<string>,
): proxmoxve.types.input.VmLegacyDisk {
    return {
        interface: `scsi${position}`,
        datastoreId: datastore ?? host.diskDatastore,
        size,
        fileFormat: "raw",
        cache: "none",
        discard: "on",
        ssd: true,
        // A copy of one OSD is worth nothing without the others; Ceph replicates by itself.
        backup: purpose === "system",
        replicate: false,
        ...(purpose === "system" ? { importFrom } : {}),
    };
}

/**
 * Does the provider reboot a machine by itself when a change needs it? In prod never: the change
 * waits until somebody stops and starts the machine.
 */
export function reboots({ protect }: Site): boolean {
    return !protect;
}

/**
 * Inputs of a node's VM.
 *
 * `virtio-scsi-pci`, although `virtio-scsi-single` would give each disk its own I/O thread: the
 * Talos guide for Proxmox says not to use it, and siderolabs/talos#11173 (the machine hangs on its
 * disk) is open, with a report on Proxmox VE 9. For two or three disks the thread is worth little.
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
        scsiHardware: "virtio-scsi-pci",
        disks: placedDisks(node).map((placed) => diskArgs(placed, host, importFrom)),
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
        rebootAfterUpdate: reboots(site),
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
