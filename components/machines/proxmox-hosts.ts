/** Which Proxmox a machine is on. Pure: settings in, places out. */
import * as pulumi from "@pulumi/pulumi";
import { edgeServerName } from "../edge-schema";
import type { Site } from "../site";
import type { HostSettings, ProxmoxSettings } from "../site-schema";

/** A machine, as far as Proxmox has to place it. */
export interface PlacedMachine {
    readonly name: string;
    /** The Proxmox host that runs it. */
    readonly host: string;
}

/** The Proxmox part of the settings, which the checks guarantee when machines are made. */
export function proxmoxOf({ proxmox }: Site): ProxmoxSettings {
    if (proxmox === undefined) {
        throw new pulumi.RunError("proxmox is not set, so no machines can be made");
    }
    return proxmox;
}

/** The Proxmox host that runs a machine. */
export function hostOf(site: Site, machine: PlacedMachine): HostSettings {
    const host = proxmoxOf(site).hosts.find(({ name }) => name === machine.host);
    if (host === undefined) {
        throw new pulumi.RunError(
            `${machine.name} is on ${machine.host}, which proxmox.hosts lacks`,
        );
    }
    return host;
}

/** The machines of edge sites. */
export function edgeMachines({ edge }: Site): (PlacedMachine & { readonly vmId: number })[] {
    return (edge?.sites ?? []).flatMap((site) =>
        site.servers.map(({ host, vmId }, index) => ({
            name: edgeServerName(site, index),
            host,
            vmId,
        })),
    );
}

/** The nodes whose machines the program makes. */
export function madeNodes({ cluster, nodes }: Site): Site["nodes"] {
    return cluster.source === "proxmox" ? nodes : [];
}

/** Hosts that run at least one of some machines, default: the nodes; in the order of the site. */
export function usedHosts(
    site: Site,
    machines: readonly Pick<PlacedMachine, "host">[] = site.nodes,
): HostSettings[] {
    const used = new Set(machines.map(({ host }) => host));
    return proxmoxOf(site).hosts.filter(({ name }) => used.has(name));
}

/** One Proxmox API, and the hosts with machines that it speaks for. */
export interface ProxmoxServer {
    /** Name of its provider. */
    readonly name: string;
    readonly endpoint: string;
    /** The host whose token it takes; undefined for the cluster of `proxmox.endpoint`. */
    readonly standalone?: string;
    readonly hosts: readonly HostSettings[];
}

/** The Proxmox cluster, then each host that stands alone; those without machines are left out. */
export function proxmoxServers(site: Site, hosts = usedHosts(site)): ProxmoxServer[] {
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

/** The server that speaks for a host, which has machines. */
export function serverOf(site: Site, host: HostSettings): ProxmoxServer {
    const [server] = proxmoxServers(site, [host]);
    if (server === undefined) {
        throw new pulumi.RunError(`${host.name} has no server that speaks for it`);
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

/** The host, of some, through which a host's image is downloaded: the first of those that share it. */
export function imageHost(
    site: Site,
    host: HostSettings,
    hosts: readonly HostSettings[] = usedHosts(site),
): HostSettings {
    return hosts.find((other) => sharesImages(site, other, host)) ?? host;
}
