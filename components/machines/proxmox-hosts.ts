/** Which Proxmox a node is on. Pure: settings in, places out. */
import * as pulumi from "@pulumi/pulumi";
import type { Site } from "../site";
import type { HostSettings, NodeSettings, ProxmoxSettings } from "../site-schema";

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

/** One Proxmox API, and the hosts with nodes that it speaks for. */
export interface ProxmoxServer {
    /** Name of its provider. */
    readonly name: string;
    readonly endpoint: string;
    /** The host whose token it takes; undefined for the cluster of `proxmox.endpoint`. */
    readonly standalone?: string;
    readonly hosts: readonly HostSettings[];
}

/** The Proxmox cluster, then each host that stands alone; those without nodes are left out. */
export function proxmoxServers(site: Site): ProxmoxServer[] {
    const hosts = usedHosts(site);
    const cluster = {
        name: "proxmox",
        endpoint: proxmoxOf(site).endpoint,
        hosts: hosts.filter(({ endpoint }) => endpoint === undefined),
    };
    const alone = hosts.flatMap((host) =>
        host.endpoint === undefined
            ? []
            : [
                  {
                      name: `proxmox-${host.name}`,
                      endpoint: host.endpoint,
                      standalone: host.name,
                      hosts: [host],
                  },
              ],
    );
    return [...(cluster.hosts.length > 0 ? [cluster] : []), ...alone];
}

/** The server that speaks for a host. */
export function serverOf(site: Site, host: HostSettings): ProxmoxServer {
    const server = proxmoxServers(site).find(({ hosts }) =>
        hosts.some(({ name }) => name === host.name),
    );
    if (server === undefined) {
        throw new pulumi.RunError(`${host.name} has no nodes, so nothing is made there`);
    }
    return server;
}

/** The token of a server. */
export function tokenOf(site: Site, { standalone }: ProxmoxServer): pulumi.Output<string> {
    return standalone === undefined
        ? site.secret("proxmoxApiToken")
        : site.secret("proxmoxHostTokens").apply((text) => hostToken(text, standalone));
}

/**
 * One token of the secret `proxmoxHostTokens`.
 *
 * @throws RunError with a sentence, without any of the text
 */
export function hostToken(text: string, host: string): string {
    let tokens: unknown;
    try {
        tokens = JSON.parse(text);
    } catch {
        tokens = undefined;
    }
    const found: unknown =
        typeof tokens === "object" && tokens !== null ? Reflect.get(tokens, host) : undefined;
    if (typeof found !== "string") {
        throw new pulumi.RunError(
            `The secret proxmoxHostTokens must be a JSON object with the token of ${host}: pulumi config set --secret proxmoxHostTokens '{"${host}": "user@realm!name=uuid"}'.`,
        );
    }
    return found;
}

/** Whether two hosts keep their images in the same place. */
function sharesImages(site: Site, one: HostSettings, other: HostSettings): boolean {
    return (
        one.imageDatastore === other.imageDatastore &&
        proxmoxOf(site).sharedDatastores.includes(one.imageDatastore) &&
        serverOf(site, one).name === serverOf(site, other).name
    );
}

/** The host through which a host's image is downloaded: the first of those that share it. */
export function imageHost(site: Site, host: HostSettings): HostSettings {
    return usedHosts(site).find((other) => sharesImages(site, other, host)) ?? host;
}
