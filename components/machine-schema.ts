/** The shape of what the configuration says of machines: nodes, their disks, and Proxmox. */
import { z } from "zod";
import {
    address,
    addressWithPrefix,
    dnsLabel,
    httpsServer,
    pattern,
    told,
    whole,
} from "./base/values";

/**
 * Limits above which a size is a slip of the unit. 1 GiB of memory is 1024 MiB: whoever writes bytes
 * or KiB is far above a million.
 */
export const MOST = { cores: 256, memory: 1_000_000, disk: 32_768 } as const;

/** proxmox: `PVE::JSONSchema`, format `pve-storage-id`. */
export const datastore = pattern(
    /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i,
    "the name of a Proxmox storage such as local-lvm",
);
/** proxmox: `PVE::JSONSchema`, format `pve-node`. */
export const hostName = pattern(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/i,
    "the name of a Proxmox host such as pve-1: at most 63 letters, digits and hyphens",
);

const disk = z.strictObject({
    purpose: z
        .enum(["system", "ceph", "local", "longhorn"])
        .describe(
            "`system` holds Talos (exactly one per node), `ceph` becomes one OSD, `local` is mounted at `/var/mnt/local-1`, `local-2` ... on the node, `longhorn` (at most one per node) holds the volumes of Longhorn",
        ),
    size: whole({ from: 1, to: MOST.disk, of: "GiB" }).describe("GiB"),
    datastore: datastore
        .optional()
        .describe("Proxmox datastore; default: the host's `diskDatastore`"),
});

/** proxmox: a Linux bridge is a network interface, whose name has at most 15 characters. */
export const bridge = pattern(
    /^[a-z][a-z0-9_.-]{0,14}$/i,
    "the name of a bridge such as vmbr0, at most 15 characters",
);
export const vlan = whole({ from: 1, to: 4094 });

const networkInterface = z.strictObject({
    bridge: bridge.optional().describe("Linux bridge; default: `proxmox.bridge`"),
    vlan: vlan.optional().describe("VLAN tag; default: none"),
    address: addressWithPrefix
        .optional()
        .describe("static address with the length of its network's prefix; default: none"),
    mtu: whole({ from: 1280, to: 9216, of: "bytes" })
        .optional()
        .describe("largest packet; default: that of the bridge"),
});

/** proxmox: `PVE::JSONSchema`, format `pve-configid`, of a resource mapping. */
const mapping = pattern(
    /^[a-z][a-z0-9_-]+$/i,
    "the name of a resource mapping of Proxmox such as gpu",
);

const device = z.strictObject({
    mapping: mapping.describe(
        "name of the PCI resource mapping (Datacenter > Resource Mappings); a token may pass no device by its address",
    ),
    gpu: z
        .boolean()
        .default(true)
        .describe(
            "it is a GPU of NVIDIA, which pods may ask for where `talosExtensions` has NVIDIA's; false for any other card beside one",
        ),
});

/** Texts by a name of the user's own. */
function texts(allowed: string) {
    return told(z.record(z.string(), z.string()), allowed);
}

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
    bridge: bridge.optional().describe("Linux bridge of this VM; default: `proxmox.bridge`"),
    vlan: vlan.optional().describe("VLAN tag of this VM; default: `proxmox.vlan`"),
    gateway: address
        .optional()
        .describe("gateway of this node, inside `network.nodes`; default: `network.gateway`"),
    interfaces: z
        .array(networkInterface)
        .default([])
        .describe("further network interfaces; in Talos they are `net1`, `net2` ..."),
    devices: z
        .array(device)
        .default([])
        .describe("PCI devices of the host that the VM gets, such as a GPU"),
    labels: texts("labels by name, each a text")
        .default({})
        .describe("labels of the node in Kubernetes"),
    taints: texts("taints by key, each a text")
        .default({})
        .describe(
            "taints by key, `value:effect` or `effect`; a worker gets them when it joins, later ones are for `kubectl taint`",
        ),
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
    endpoint: httpsServer
        .optional()
        .describe(
            "API of this host, where it is not in the Proxmox cluster of `proxmox.endpoint`; its token is in the secret `proxmoxHostTokens`",
        ),
});

/** How Proxmox is reached, and its hosts. */
export const proxmox = z.strictObject({
    endpoint: httpsServer.describe("Proxmox API"),
    insecure: z
        .boolean()
        .default(false)
        .describe("skip the check of the API's certificate; only for a first try"),
    hosts: z.array(host).min(1).describe("the Proxmox hosts"),
    sharedDatastores: z
        .array(datastore)
        .default([])
        .describe(
            "datastores that the hosts of one Proxmox cluster share: the image is downloaded there once",
        ),
    bridge: bridge.default("vmbr0").describe("Linux bridge that the VMs join"),
    vlan: vlan.optional().describe("VLAN tag of the VMs' interfaces; default: none"),
});
