import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import * as talos from "@pulumiverse/talos";
import { PlatformComponent } from "../base/component";
import type { Site } from "../site";
import type { HostSettings, NodeSettings } from "../site-schema";
import { placedDisks } from "./disks";
import { firewallRules } from "./firewall";
import { imageFileName, imageUrl, installerImage, schematicDocument } from "./image";
import { leftoverRules } from "./leftover-rules";
import {
    hostOf,
    imageHost,
    proxmoxOf,
    proxmoxServers,
    serverOf,
    tokenOf,
    usedHosts,
} from "./proxmox-hosts";
import { proxmoxRules, reboots, virtualMachineArgs } from "./virtual-machine";

/** Arguments of {@link Machines}. */
export interface MachinesArgs {
    /** Settings with `proxmox`, `nodes` and the secret `proxmoxApiToken`. */
    readonly site: Site;
    /** What runs around the change of a machine; default: nothing. */
    readonly hooks?: pulumi.ResourceHookBinding;
}

/**
 * The Talos image on every Proxmox host, and the VMs spread over the hosts. Resources are named
 * after nodes and hosts, never after positions: an entry that comes, goes or is wrong leaves the
 * others alone.
 *
 * The firewall rules work only while the firewall of the Proxmox datacenter is on; this component
 * does not turn it on, because that can lock the administrator out of the hosts.
 */
export class Machines extends PlatformComponent {
    /** Id of the image's schematic at the Image Factory. */
    readonly schematicId: pulumi.Output<string>;
    /** Installer of the image at `versions.talos`, for `talosctl upgrade`. */
    readonly installerImage: pulumi.Output<string>;
    /** VMs by node name. */
    readonly virtualMachines: Readonly<Record<string, proxmoxve.VmLegacy>>;
    /**
     * What closes each VM's firewall, by node name. A configuration holds secrets: send it only to a
     * machine that is fenced, because one without configuration answers anybody.
     */
    readonly firewalls: Readonly<Record<string, proxmoxve.firewall.OptionsLegacy>>;

    private readonly site: Site;
    private readonly hooks: pulumi.ResourceHookBinding;
    /** By the name of the server. */
    private readonly providers: ReadonlyMap<string, proxmoxve.Provider>;

    constructor(
        name: string,
        { site, hooks = {} }: MachinesArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        const { nodes, versions } = site;
        const placement = Object.fromEntries(nodes.map((node) => [node.name, node.host]));
        super("machines", "Machines", name, { placement, talosVersion: versions.talos }, opts);
        this.site = site;
        this.hooks = hooks;
        const { insecure } = proxmoxOf(site);
        this.providers = new Map(
            proxmoxServers(site).map((server) => [
                server.name,
                new proxmoxve.Provider(
                    server.name,
                    { endpoint: server.endpoint, insecure, apiToken: tokenOf(site, server) },
                    { parent: this },
                ),
            ]),
        );

        const schematic = new talos.imagefactory.Schematic(
            "talos",
            { schematic: schematicDocument(site.talosExtensions) },
            { parent: this },
        );
        this.schematicId = schematic.id;
        this.installerImage = schematic.id.apply((id) => installerImage(id, versions.talos));
        this.virtualMachines = this.createVirtualMachines(this.downloadImages());
        this.firewalls = Object.fromEntries(
            nodes.map((node) => [node.name, this.createFirewall(node)]),
        );
        this.registerOutputs({
            schematicId: this.schematicId,
            installerImage: this.installerImage,
        });
    }

    private optionsOn(host: HostSettings): pulumi.CustomResourceOptions {
        return { parent: this, provider: this.providers.get(serverOf(this.site, host).name) };
    }

    /**
     * Downloads the image once per place that keeps it; returns the files by the name of the host
     * that runs a node.
     */
    private downloadImages(): ReadonlyMap<string, proxmoxve.download.File> {
        const files = new Map<string, proxmoxve.download.File>();
        for (const host of usedHosts(this.site)) {
            const through = imageHost(this.site, host);
            files.set(host.name, files.get(through.name) ?? this.downloadImage(through));
        }
        return files;
    }

    private downloadImage(host: HostSettings): proxmoxve.download.File {
        const { talos: version } = this.site.versions;
        return new proxmoxve.download.File(
            `talos-${host.name}`,
            {
                nodeName: host.name,
                datastoreId: host.imageDatastore,
                contentType: "import",
                url: this.schematicId.apply((id) => imageUrl(id, version)),
                fileName: this.schematicId.apply((id) => imageFileName(id, version)),
                // The name says what is inside; a size that differs is no reason to
                // download again (bpg/terraform-provider-proxmox#1440).
                overwrite: false,
                // A file of this name that the state does not know: an update was killed while it
                // was downloaded, or the state was lost. It may be half a file.
                overwriteUnmanaged: true,
                // Seconds.
                uploadTimeout: 1800,
            },
            this.optionsOn(host),
        );
    }

    private createVirtualMachines(
        images: ReadonlyMap<string, proxmoxve.download.File>,
    ): Record<string, proxmoxve.VmLegacy> {
        const { controlPlanes, workers } = this.site;
        const machines: Record<string, proxmoxve.VmLegacy> = {};
        let previous: proxmoxve.VmLegacy | undefined;
        for (const node of controlPlanes) {
            // One control plane after the other: a change that stops machines must not stop two
            // at once, or etcd loses its majority (christensenjairus/ClusterCreator#54).
            previous = this.createVirtualMachine(node, images, previous ? [previous] : []);
            machines[node.name] = previous;
        }
        previous = undefined;
        for (const node of workers) {
            // Workers only where the provider reboots them for a change; in prod it never does.
            const after = previous && reboots(this.site) ? [previous] : [];
            previous = this.createVirtualMachine(node, images, after);
            machines[node.name] = previous;
        }
        return machines;
    }

    private createVirtualMachine(
        node: NodeSettings,
        images: ReadonlyMap<string, proxmoxve.download.File>,
        dependsOn: pulumi.Resource[],
    ): proxmoxve.VmLegacy {
        const image = images.get(node.host);
        if (image === undefined) {
            throw new pulumi.RunError(`${node.name} is on ${node.host}, which has no image`);
        }
        return new proxmoxve.VmLegacy(node.name, virtualMachineArgs(this.site, node, image.id), {
            ...this.optionsOn(hostOf(this.site, node)),
            protect: this.site.protect,
            dependsOn,
            // Its id and address are fixed, so the old machine must go before the new one.
            deleteBeforeReplace: true,
            ignoreChanges: [
                // The image only fills a new disk. A newer image is for new machines; running ones
                // are upgraded with talosctl and must never be replaced for it.
                "disks[0].importFrom",
                // Nothing here limits a disk, and Proxmox tells of no limit, but the provider wants
                // one of 0: each update would change every machine (muhlba91/pulumi-proxmoxve#664).
                ...placedDisks(node).map((_, index) => `disks[${index}].speed`),
            ],
            hooks: this.hooks,
        });
    }

    private createFirewall(node: NodeSettings): proxmoxve.firewall.OptionsLegacy {
        const machine = this.virtualMachines[node.name];
        if (machine === undefined) {
            throw new pulumi.RunError(`${node.name} has no virtual machine`);
        }
        const owner = { nodeName: machine.nodeName, vmId: machine.vmId };
        const options = {
            ...this.optionsOn(hostOf(this.site, node)),
            // Proxmox deletes a VM's firewall with the VM (qemu-server: `remove_vmfw_conf`), and
            // the id of a new one is the same: without this a replaced machine would stay open.
            replaceWith: [machine],
            deleteBeforeReplace: true,
        };
        const rules = new proxmoxve.firewall.RulesLegacy(
            node.name,
            { ...owner, rules: proxmoxRules(firewallRules(this.site, node)) },
            { ...options, hooks: leftoverRules(this.site, node) },
        );
        return new proxmoxve.firewall.OptionsLegacy(
            node.name,
            {
                ...owner,
                enabled: true,
                inputPolicy: "DROP",
                outputPolicy: "ACCEPT",
                macfilter: true,
                // The virtual IP and the LoadBalancer addresses move between nodes.
                ipfilter: false,
                dhcp: false,
                ndp: false,
                radv: false,
                logLevelIn: "nolog",
                logLevelOut: "nolog",
            },
            // First the openings, then the lock.
            { ...options, dependsOn: [rules] },
        );
    }
}
