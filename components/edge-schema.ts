/** The shape of what the configuration says of edge sites: small clusters of k3s far from the platform. */
import { z } from "zod";
import { address, cidr, named, pattern, whole } from "./base/values";
import { certificateAuthorities } from "./base/pem";
import { bridge, datastore, hostName, MOST, vlan } from "./machine-schema";

/** Most letters of a site's name: names of its machines are made of it. */
const LONGEST_NAME = 20;

const siteName = pattern(
    new RegExp(`^[a-z](?:[-a-z0-9]{0,${LONGEST_NAME - 2}}[a-z0-9])?$`),
    `a name such as north: at most ${LONGEST_NAME} lower-case letters, digits and hyphens, a letter first`,
);

/** A public key of ssh; `ssh-keygen -t ed25519` writes it into the file that ends in `.pub`. */
const publicKey = pattern(
    /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+|sk-ssh-ed25519@openssh\.com) [A-Za-z0-9+/]+={0,2}( [^\r\n]*)?$/,
    "a public key as `ssh-keygen -t ed25519` writes it into the file that ends in .pub: ssh-ed25519 AAAA...",
);

const server = z.strictObject({
    host: hostName.describe("Proxmox host (in `proxmox.hosts`) of the VM"),
    vmId: whole({ from: 100, to: 999_999_999 }).describe("Proxmox VM id, which nothing else has"),
    address: address.describe("static address inside the site's `network`"),
});

const site = z.strictObject({
    name: siteName.describe("its name, with which its metrics and logs are labelled"),
    network: cidr.describe("subnet of its machines, apart from every network of the platform"),
    gateway: address.describe("gateway of that subnet"),
    nameservers: z.array(address).min(1).describe("DNS servers of its machines"),
    bridge: bridge.optional().describe("Linux bridge of its VMs; default: `proxmox.bridge`"),
    vlan: vlan.optional().describe("VLAN tag of its VMs; default: none"),
    servers: z
        .array(server)
        .min(1)
        .describe(
            "its machines, each a server of k3s: one, or three with a majority that may lose one",
        ),
    cores: whole({ from: 2, to: MOST.cores }).default(2).describe("virtual CPU cores of each VM"),
    memory: whole({ from: 2048, to: MOST.memory, of: "MiB" })
        .default(4096)
        .describe("MiB of each VM; k3s asks for 2048 at least"),
    disk: whole({ from: 20, to: MOST.disk, of: "GiB" })
        .default(40)
        .describe("GiB of the disk of each VM"),
    wave: whole({ from: 0, to: 20 })
        .default(0)
        .describe("order in which sites take what is new: those of a lower wave first"),
});

/** The edge sites, and what all of them share. */
export const edge = z.strictObject({
    administratorKeys: z
        .array(publicKey)
        .min(1)
        .describe(
            "public keys of the people who sign on to the machines as `administrator`, by ssh from `network.administrators`",
        ),
    snippetDatastore: datastore
        .default("local")
        .describe(
            "Proxmox datastore that takes the first instructions of each VM; content type `snippets` must be allowed on it",
        ),
    sshUser: named("the name of a user, such as root")
        .default("root")
        .describe(
            "user of the Proxmox hosts who writes them there, because their API takes none; the private key is the secret `edgeSshKey`",
        ),
    authority: certificateAuthorities
        .optional()
        .describe(
            "authority that signed the certificate of the gateway, in PEM; default: those that everybody knows",
        ),
    sites: z.array(site).min(1).describe("the sites"),
});

/** The settings, with defaults filled in. */
export type EdgeSettings = z.output<typeof edge>;
/** One site. */
export type EdgeSite = EdgeSettings["sites"][number];
/** One machine of a site. */
export type EdgeServer = EdgeSite["servers"][number];

/** Name of a machine, in Proxmox and in its cluster: `edge-north-1`. */
export function edgeServerName({ name }: Pick<EdgeSite, "name">, index: number): string {
    return `edge-${name}-${index + 1}`;
}

/** Networks inside of each site, k3s' own defaults: no site reaches those of another. */
export const edgeNetworks = { pods: "10.42.0.0/16", services: "10.43.0.0/16" } as const;
