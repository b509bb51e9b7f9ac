/** What a machine of an edge site looks like in Proxmox. Pure: settings in, resource inputs out. */
import type * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import type * as pulumi from "@pulumi/pulumi";
import { prefixLength } from "../addresses";
import { type EdgeServer, edgeServerName, type EdgeSite } from "../edge-schema";
import { hostOf, proxmoxOf } from "../machines/proxmox-hosts";
import { reboots } from "../machines/virtual-machine";
import type { Site } from "../site";

/** Name of the file with the first instructions of a machine. */
export function snippetFile(name: string): string {
    return `${name}-user-data.yaml`;
}

/** The same as Proxmox names it, which does not change when its content does. */
export function snippetId({ edge }: Site, name: string): string {
    return `${edge?.snippetDatastore ?? "local"}:snippets/${snippetFile(name)}`;
}

/**
 * Inputs of a machine's VM.
 *
 * @param importFrom file id of the Debian image on its host
 */
export function edgeMachineArgs(
    site: Site,
    {
        edgeSite,
        server,
        index,
    }: { readonly edgeSite: EdgeSite; readonly server: EdgeServer; readonly index: number },
    importFrom: pulumi.Input<string>,
): proxmoxve.VmLegacyArgs {
    const name = edgeServerName(edgeSite, index);
    const host = hostOf(site, { name, host: server.host });
    const tags = [site.stack, "pulumi", "k3s", "edge", edgeSite.name];
    return {
        nodeName: host.name,
        vmId: server.vmId,
        name,
        description: `k3s of the edge site ${edgeSite.name}. Managed by Pulumi (stack ${site.stack}).`,
        // Sorted and each once, as Proxmox keeps them.
        tags: [...new Set(tags.map((tag) => tag.toLowerCase()))].sort(),
        machine: "q35",
        bios: "ovmf",
        // Debian's boot loader is signed with Microsoft's keys, so only signed ones may start.
        efiDisk: {
            datastoreId: host.diskDatastore,
            type: "4m",
            fileFormat: "raw",
            preEnrolledKeys: true,
        },
        operatingSystem: { type: "l26" },
        cpu: { cores: edgeSite.cores, sockets: 1, type: "host" },
        memory: { dedicated: edgeSite.memory, floating: 0 },
        scsiHardware: "virtio-scsi-single",
        disks: [
            {
                interface: "scsi0",
                datastoreId: host.diskDatastore,
                size: edgeSite.disk,
                fileFormat: "raw",
                cache: "none",
                discard: "on",
                ssd: true,
                // What is on it, the site's own snapshots of etcd and its repository give back.
                backup: true,
                replicate: false,
                importFrom,
            },
        ],
        bootOrders: ["scsi0"],
        networkDevices: [
            {
                model: "virtio",
                firewall: true,
                bridge: edgeSite.bridge ?? proxmoxOf(site).bridge,
                vlanId: edgeSite.vlan,
            },
        ],
        initialization: {
            type: "nocloud",
            datastoreId: host.diskDatastore,
            interface: "ide2",
            ipConfigs: [
                {
                    ipv4: {
                        address: `${server.address}/${prefixLength(edgeSite.network)}`,
                        gateway: edgeSite.gateway,
                    },
                },
            ],
            dns: { servers: [...edgeSite.nameservers] },
            userDataFileId: snippetId(site, name),
        },
        // It is installed at the first boot, long after the VM is there.
        agent: { enabled: true, trim: true, waitForIp: { disabled: true } },
        // Without one, Debian's cloud images stop at boot (Debian #1030904).
        serialDevices: [{ device: "socket" }],
        startup: { order: 3, upDelay: 10, downDelay: 60 },
        onBoot: true,
        started: true,
        stopOnDestroy: true,
        protection: site.protect,
        rebootAfterUpdate: reboots(site),
    };
}
