/** The shape of what the configuration says of machines: nodes, their disks, and Proxmox. */
import { z } from "zod";
import { address, dnsLabel, httpsUrl, positive } from "./base/values";

const disk = z.strictObject({
    purpose: z
        .enum(["system", "ceph"])
        .describe(
            "`system` holds Talos (exactly one per node), `ceph` becomes one OSD (workers only)",
        ),
    size: positive.describe("GiB"),
    datastore: z
        .string()
        .min(1)
        .optional()
        .describe("Proxmox datastore; default: the host's `diskDatastore`"),
});

/** A node and its virtual machine. */
export const node = z.strictObject({
    name: dnsLabel.describe("host name in Talos and node name in Kubernetes"),
    role: z.enum(["controlPlane", "worker"]).describe("what the node runs"),
    host: dnsLabel.describe("Proxmox host (in `proxmox.hosts`) of the VM; also its failure domain"),
    vmId: z
        .number()
        .int()
        .min(100)
        .max(999_999_999)
        .optional()
        .describe(
            "Proxmox VM id, fixed so that parallel creates never race for the next free one; required for `proxmox`",
        ),
    address: address.describe("static address inside `network.nodes`"),
    cores: positive.describe("virtual CPU cores"),
    memory: positive.describe("MiB"),
    disks: z.array(disk).default([]).describe("disks of the VM"),
    talosPatches: z
        .array(z.record(z.string(), z.unknown()))
        .default([])
        .describe("Talos configuration documents, merged last, as given"),
});

const host = z.strictObject({
    name: dnsLabel.describe("name of the host in Proxmox"),
    imageDatastore: z
        .string()
        .min(1)
        .default("local")
        .describe("datastore of the Talos image; content type `import` must be allowed on it"),
    diskDatastore: z.string().min(1).default("local-lvm").describe("datastore of the VM disks"),
});

/** How Proxmox is reached, and its hosts. */
export const proxmox = z.strictObject({
    endpoint: httpsUrl.describe("Proxmox API"),
    insecure: z
        .boolean()
        .default(false)
        .describe("skip the check of the API's certificate; only for a first try"),
    hosts: z.array(host).min(1).describe("the Proxmox hosts"),
    bridge: z.string().min(1).default("vmbr0").describe("Linux bridge that the VMs join"),
    vlan: z
        .number()
        .int()
        .min(1)
        .max(4094)
        .optional()
        .describe("VLAN tag of the VMs' interfaces; default: none"),
});
