/** The shape of what the configuration says of machines: nodes, their disks, and Proxmox. */
import { z } from "zod";
import { address, dnsLabel, httpsServer, pattern, told, whole } from "./base/values";

/**
 * Limits above which a size is a slip of the unit. 1 GiB of memory is 1024 MiB: whoever writes bytes
 * or KiB is far above a million.
 */
const MOST = { cores: 256, memory: 1_000_000, disk: 32_768 } as const;

/** proxmox: `PVE::JSONSchema`, format `pve-storage-id`. */
const datastore = pattern(
    /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i,
    "the name of a Proxmox storage such as local-lvm",
);
/** proxmox: `PVE::JSONSchema`, format `pve-node`. */
const hostName = pattern(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/i,
    "the name of a Proxmox host such as pve-1: at most 63 letters, digits and hyphens",
);

const disk = z.strictObject({
    purpose: z
        .enum(["system", "ceph"])
        .describe(
            "`system` holds Talos (exactly one per node), `ceph` becomes one OSD (workers only)",
        ),
    size: whole({ from: 1, to: MOST.disk, of: "GiB" }).describe("GiB"),
    datastore: datastore
        .optional()
        .describe("Proxmox datastore; default: the host's `diskDatastore`"),
});

/** A node and its virtual machine. */
export const node = z.strictObject({
    name: dnsLabel.describe("host name in Talos and node name in Kubernetes"),
    role: z.enum(["controlPlane", "worker"]).describe("what the node runs"),
    host: hostName.describe("Proxmox host (in `proxmox.hosts`) of the VM; also its failure domain"),
    vmId: whole({ from: 100, to: 999_999_999 })
        .optional()
        .describe(
            "Proxmox VM id, fixed so that parallel creates never race for the next free one; required for `proxmox`",
        ),
    address: address.describe("static address inside `network.nodes`"),
    cores: whole({ from: 1, to: MOST.cores }).describe("virtual CPU cores"),
    memory: whole({ from: 1024, to: MOST.memory, of: "MiB" }).describe("MiB"),
    disks: z.array(disk).default([]).describe("disks of the VM"),
    talosPatches: z
        .array(
            told(
                z.record(z.string(), z.unknown()),
                "the fields of one Talos document as a mapping, neither a text nor a list",
            ),
        )
        .default([])
        .describe(
            "Talos configuration documents, merged last; checked against Talos' schema and against what this project decides itself",
        ),
});

const host = z.strictObject({
    name: hostName.describe("name of the host in Proxmox"),
    imageDatastore: datastore
        .default("local")
        .describe("datastore of the Talos image; content type `import` must be allowed on it"),
    diskDatastore: datastore.default("local-lvm").describe("datastore of the VM disks"),
});

/** How Proxmox is reached, and its hosts. */
export const proxmox = z.strictObject({
    endpoint: httpsServer.describe("Proxmox API"),
    insecure: z
        .boolean()
        .default(false)
        .describe("skip the check of the API's certificate; only for a first try"),
    hosts: z.array(host).min(1).describe("the Proxmox hosts"),
    bridge: pattern(
        /^[a-z][a-z0-9_.-]{0,14}$/i,
        "the name of a bridge such as vmbr0, at most 15 characters",
    )
        .default("vmbr0")
        .describe("Linux bridge that the VMs join"),
    vlan: whole({ from: 1, to: 4094 })
        .optional()
        .describe("VLAN tag of the VMs' interfaces; default: none"),
});
