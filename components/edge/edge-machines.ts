import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { PlatformComponent } from "../base/component";
import { type EdgeSettings, edgeServerName, type EdgeSite } from "../edge-schema";
import {
    hostOf,
    imageHost,
    proxmoxOf,
    type ProxmoxServer,
    proxmoxServers,
    serverOf,
    tokenOf,
    edgeMachines,
    usedHosts,
} from "../machines/proxmox-hosts";
import { closedFirewall, proxmoxRules } from "../machines/virtual-machine";
import type { Site } from "../site";
import type { HostSettings } from "../site-schema";
import { type EdgeCredentials, userData } from "./cloud-init";
import { edgeFirewall } from "./edge-firewall";
import { edgeMachineArgs, snippetFile } from "./edge-machine";
import { debianDigest, debianFile, debianUrl } from "./releases";

/** A site, and what its machines are told besides its settings. */
export interface EdgeSiteMachines {
    readonly edgeSite: EdgeSite;
    /** Manifests that k3s applies by itself, by the name of their file. */
    readonly manifests: pulumi.Input<Readonly<Record<string, readonly object[]>>>;
    readonly credentials: pulumi.Input<EdgeCredentials>;
}

/** Arguments of {@link EdgeMachines}. */
export interface EdgeMachinesArgs {
    readonly site: Site;
    readonly edge: EdgeSettings;
    readonly sites: readonly EdgeSiteMachines[];
}

/**
 * The machines of edge sites: Debian's image on each Proxmox host with some, and a VM for each server
 * with its first instructions and its firewall. A running machine is never replaced for newer
 * instructions or a newer image; docs/edge.md says how it gets them.
 */
export class EdgeMachines extends PlatformComponent {
    private readonly site: Site;
    private readonly edge: EdgeSettings;
    private readonly providers: ReadonlyMap<string, proxmoxve.Provider>;
    private readonly images = new Map<string, proxmoxve.download.File>();

    constructor(
        name: string,
        { site, edge, sites }: EdgeMachinesArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const placement = Object.fromEntries(edgeMachines(site).map((one) => [one.name, one.host]));
        super("edge", "EdgeMachines", name, { placement }, opts);
        this.site = site;
        this.edge = edge;
        const hosts = usedHosts(site, edgeMachines(site));
        this.providers = new Map(
            proxmoxServers(site, hosts).map((server) => [server.name, this.provider(server)]),
        );
        for (const host of hosts) {
            const through = imageHost(site, host, hosts);
            this.images.set(host.name, this.images.get(through.name) ?? this.image(through));
        }
        sites.forEach((one) => {
            this.createSite(one);
        });
    }

    /** Files go to the hosts by ssh: their API takes no snippets. */
    private provider(server: ProxmoxServer): proxmoxve.Provider {
        const { insecure } = proxmoxOf(this.site);
        return new proxmoxve.Provider(
            `edge-${server.name}`,
            {
                endpoint: server.endpoint,
                insecure,
                apiToken: tokenOf(this.site, server),
                ssh: { username: this.edge.sshUser, privateKey: this.site.secret("edgeSshKey") },
            },
            { parent: this },
        );
    }

    private optionsOn(host: HostSettings): pulumi.CustomResourceOptions {
        return { parent: this, provider: this.providers.get(serverOf(this.site, host).name) };
    }

    private image(host: HostSettings): proxmoxve.download.File {
        return new proxmoxve.download.File(
            `debian-${host.name}`,
            {
                nodeName: host.name,
                datastoreId: host.imageDatastore,
                contentType: "import",
                url: debianUrl,
                fileName: debianFile,
                checksum: debianDigest,
                checksumAlgorithm: "sha512",
                overwrite: false,
                overwriteUnmanaged: true,
                // Seconds.
                uploadTimeout: 1800,
            },
            this.optionsOn(host),
        );
    }

    private createSite(of: EdgeSiteMachines): void {
        const { edgeSite } = of;
        edgeSite.servers.forEach((server, index) => {
            const name = edgeServerName(edgeSite, index);
            const host = hostOf(this.site, { name, host: server.host });
            const instructions = new proxmoxve.FileLegacy(
                name,
                {
                    nodeName: host.name,
                    datastoreId: this.edge.snippetDatastore,
                    contentType: "snippets",
                    // Readable by the host's root alone.
                    fileMode: "0600",
                    sourceRaw: {
                        fileName: snippetFile(name),
                        data: pulumi.secret(
                            pulumi
                                .all([of.manifests, of.credentials])
                                .apply(([manifests, credentials]) =>
                                    userData({
                                        site: this.site,
                                        edge: this.edge,
                                        ...{ edgeSite, server, index, manifests, credentials },
                                    }),
                                ),
                        ),
                    },
                },
                // Another content is another file of the same name.
                { ...this.optionsOn(host), deleteBeforeReplace: true },
            );
            const image = this.images.get(host.name);
            if (image === undefined) {
                throw new pulumi.RunError(`${name} is on ${host.name}, which has no image`);
            }
            const machine = new proxmoxve.VmLegacy(
                name,
                edgeMachineArgs(this.site, { edgeSite, server, index }, image.id),
                {
                    ...this.optionsOn(host),
                    protect: this.site.protect,
                    dependsOn: [instructions],
                    // Its id and address are fixed, so the old machine must go before the new one.
                    deleteBeforeReplace: true,
                    ignoreChanges: ["disks[0].importFrom"],
                },
            );
            this.createFirewall(machine, name, edgeSite, host);
        });
    }

    private createFirewall(
        machine: proxmoxve.VmLegacy,
        name: string,
        edgeSite: EdgeSite,
        host: HostSettings,
    ): void {
        const owner = { nodeName: machine.nodeName, vmId: machine.vmId };
        const options = {
            ...this.optionsOn(host),
            // As for the nodes: Proxmox deletes a VM's firewall with the VM.
            replaceWith: [machine],
            deleteBeforeReplace: true,
        };
        const rules = new proxmoxve.firewall.RulesLegacy(
            name,
            { ...owner, rules: proxmoxRules(edgeFirewall(edgeSite, this.site.administrators)) },
            options,
        );
        new proxmoxve.firewall.OptionsLegacy(
            name,
            { ...owner, ...closedFirewall, ipfilter: false },
            // First the openings, then the lock.
            { ...options, dependsOn: [rules] },
        );
    }
}
