/** What a node's VM looks like in Proxmox. Pure: settings in, resource inputs out. */
import type * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import type * as pulumi from "@pulumi/pulumi";
import type { Site } from "../site";
import type { HostSettings, NodeSettings } from "../site-schema";
import { type PlacedDisk, placedDisks } from "./disks";
import type { FirewallRule } from "./firewall";
import { furtherInterfaces, mainAddress } from "./interfaces";
import { hostOf, proxmoxOf } from "./proxmox-hosts";

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

/** The first interface is the one of the node's address. */
function networkDevices(
    site: Site,
    node: NodeSettings,
): proxmoxve.types.input.VmLegacyNetworkDevice[] {
    const { bridge, vlan } = proxmoxOf(site);
    const shared = { model: "virtio", firewall: true };
    return [
        { ...shared, bridge: node.bridge ?? bridge, vlanId: node.vlan ?? vlan },
        ...furtherInterfaces(node).map((one) => ({
            ...shared,
            bridge: one.bridge ?? bridge,
            vlanId: one.vlan,
            macAddress: one.macAddress,
            mtu: one.mtu,
        })),
    ];
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
    const host = hostOf(site, node);
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
        networkDevices: networkDevices(site, node),
        hostpcis: node.devices.map(({ mapping }, index) => ({
            device: `hostpci${index}`,
            mapping,
            pcie: true,
        })),
        initialization: {
            type: "nocloud",
            datastoreId: host.diskDatastore,
            interface: "ide2",
            ipConfigs: [{ ipv4: mainAddress(site, node) }],
            dns: { servers: [...site.network.nameservers] },
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

/** A firewall that lets nothing in but what rules open. */
export const closedFirewall = {
    enabled: true,
    inputPolicy: "DROP",
    outputPolicy: "ACCEPT",
    macfilter: true,
    dhcp: false,
    ndp: false,
    radv: false,
    logLevelIn: "nolog",
    logLevelOut: "nolog",
} as const;

/** The machine's firewall rules in the form of Proxmox, where ranges are written `first:last`. */
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
