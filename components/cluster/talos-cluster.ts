import * as pulumi from "@pulumi/pulumi";
import * as talos from "@pulumiverse/talos";
import { PlatformComponent } from "../base/component";
import { unlessLeftOut } from "../base/left-out";
import type { Machines } from "../machines/machines";
import type { Site } from "../site";
import type { NodeSettings } from "../site-schema";
import type { ChangeGate } from "./change-gate";
import { expiringSoon, expiry, renewalDays } from "./certificate";
import type { Cluster } from "./cluster";
import { waitForApi } from "./kubernetes-api";
import { apiEndpoint, basePatches, machinePatches } from "./machine-configuration";
import { NodeChanges, together } from "./node-changes";
import { clusterProviders } from "./providers";
import { forgottenUpgrade } from "./upgrade-check";

/**
 * How long before its end the kubeconfig's certificate is renewed, which lives a year: three months,
 * because people who run `up` every few weeks would miss the provider's one month.
 */
const certificateRenewalDuration = `${renewalDays * 24}h`;

/** Arguments of {@link TalosCluster}. */
export interface TalosClusterArgs {
    readonly site: Site;
    /** The VMs that become nodes, and the installer that they are given. */
    readonly machines: Pick<Machines, "virtualMachines" | "firewalls" | "installerImage">;
    /** Keeps a node from changing while the cluster cannot spare it; default: nothing does. */
    readonly gate?: ChangeGate;
    /** Waits for the Kubernetes API; default: polls it. Never called in a preview. */
    readonly waitForApi?: typeof waitForApi;
}

/**
 * Talos on the machines: secrets, configuration node by node, one bootstrap, and a kubeconfig that
 * exists only once the API answers. Everything talks to the nodes' own addresses, because the
 * virtual one appears only after the bootstrap (siderolabs/talos#4011).
 *
 * Versions in the settings decide what new nodes get. Running nodes are upgraded with talosctl: see
 * docs/upgrades.md.
 */
export class TalosCluster extends PlatformComponent implements Cluster {
    readonly providers: readonly pulumi.ProviderResource[];
    readonly kubeconfig: pulumi.Output<string>;
    readonly talosconfig: pulumi.Output<string>;
    readonly endpoint: string;
    readonly controlPlaneAddresses: readonly string[];
    /** Addresses by node name. */
    readonly nodes: Readonly<Record<string, string>>;
    /** Client certificate for the Talos API; secret. */
    readonly clientConfiguration: pulumi.Output<talos.types.output.machine.ClientConfiguration>;
    /** Client certificate for the Kubernetes API, once that answers; secret. */
    readonly kubernetesClient: pulumi.Output<
        Partial<talos.types.output.cluster.KubeconfigKubernetesClientConfiguration>
    >;
    /** When the client certificate of the talosconfig expires, as an ISO date. */
    readonly talosconfigExpiry: pulumi.Output<string | undefined>;

    /** Names of the nodes that this update configured anew, once all are configured. */
    readonly configured: pulumi.Output<readonly string[]>;

    private readonly args: TalosClusterArgs;
    private readonly secrets: talos.machine.Secrets;
    private readonly machineSecrets: talos.machine.Secrets["machineSecrets"];
    private readonly changes = new NodeChanges();

    constructor(name: string, args: TalosClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        const { site } = args;
        const { controlPlanes, workers, cluster, administrators } = site;
        const endpoint = apiEndpoint(site);
        super(
            "cluster",
            "TalosCluster",
            name,
            {
                endpoint,
                virtualIp: cluster.virtualIp,
                controlPlanes: controlPlanes.map((node) => node.name),
                workers: workers.map((node) => node.name),
                administrators,
                secretsEncryption: "secretbox",
            },
            opts,
        );
        this.args = args;
        this.endpoint = endpoint;
        this.controlPlaneAddresses = controlPlanes.map(({ address }) => address);
        this.nodes = Object.fromEntries(site.nodes.map((node) => [node.name, node.address]));

        this.secrets = new talos.machine.Secrets(
            "talos",
            { talosVersion: site.versions.talos },
            {
                parent: this,
                protect: site.protect,
                // Not the version of the nodes but the contract of their creation: a newer one
                // changes defaults, encryption of etcd included, and a lower one replaces the
                // secrets (siderolabs/terraform-provider-talos#399).
                ignoreChanges: ["talosVersion"],
                // No `additionalSecretOutputs`: the provider marks the private keys inside, which
                // makes the whole output secret; marked twice, the SDK hands out a wrapped object.
            },
        );
        this.machineSecrets = unlessLeftOut(this.secrets.machineSecrets);
        args.gate?.learn(this.machineSecrets.apply(({ certs }) => certs.k8s));
        this.clientConfiguration = pulumi.secret(unlessLeftOut(this.secrets.clientConfiguration));
        this.talosconfigExpiry = pulumi.unsecret(
            this.clientConfiguration.apply(({ clientCertificate }) => expiry(clientCertificate)),
        );

        this.warnOfExpiry();
        const { first, all } = this.configureNodes();
        this.configured = pulumi.all(all.map(({ id }) => id)).apply(() => this.changes.names);
        const kubeconfig = this.fetchKubeconfig(first);
        this.kubernetesClient = this.whenApiAnswers(kubeconfig, all);
        const text = unlessLeftOut(kubeconfig.kubeconfigRaw);
        this.kubeconfig = pulumi.secret(
            pulumi.all([text, this.kubernetesClient]).apply(([raw]) => raw),
        );
        this.talosconfig = this.generateTalosconfig();
        this.providers = clusterProviders(
            { name: cluster.name, kubeconfig: this.kubeconfig },
            this,
        );
        this.registerOutputs({
            endpoint: this.endpoint,
            nodes: this.nodes,
            kubeconfig: this.kubeconfig,
            talosconfig: this.talosconfig,
            talosconfigExpiry: this.talosconfigExpiry,
        });
    }

    /** An expired talosconfig locks Pulumi out too, so say it while there is time. */
    private warnOfExpiry(): void {
        this.talosconfigExpiry.apply(async (end) => {
            const warning = expiringSoon(end, new Date());
            if (warning !== undefined) {
                await pulumi.log.warn(warning, this);
            }
        });
    }

    /**
     * Gives every node its configuration: control planes one after the other, then the workers in
     * the same way, so that a change restarts one kubelet at a time and etcd keeps its majority.
     *
     * @returns the first control plane with its configuration, and the configurations of all nodes
     */
    private configureNodes(): {
        first: FirstControlPlane;
        all: talos.machine.ConfigurationApply[];
    } {
        const { controlPlanes, workers } = this.args.site;
        const [node] = controlPlanes;
        if (node === undefined) {
            throw new pulumi.RunError("nodes has no control plane, so there is no cluster to make");
        }
        const configuration = this.configureNode(node, []);
        const all = [configuration];
        for (const next of [...controlPlanes.slice(1), ...workers]) {
            all.push(this.configureNode(next, all.slice(-1)));
        }
        return { first: { node, configuration }, all };
    }

    private configureNode(
        node: NodeSettings,
        after: readonly pulumi.Resource[],
    ): talos.machine.ConfigurationApply {
        const { site, machines } = this.args;
        const machine = machines.virtualMachines[node.name];
        const firewall = machines.firewalls[node.name];
        if (machine === undefined || firewall === undefined) {
            throw new pulumi.RunError(`${node.name} has no fenced virtual machine`);
        }
        const base = talos.machine.getConfigurationOutput(
            {
                clusterName: site.cluster.name,
                clusterEndpoint: this.endpoint,
                machineType: node.role === "controlPlane" ? "controlplane" : "worker",
                machineSecrets: this.machineSecrets,
                talosVersion: this.secrets.talosVersion,
                kubernetesVersion: site.versions.kubernetes,
                configPatches: machines.installerImage.apply((image) => basePatches(node, image)),
            },
            { parent: this },
        );
        return new talos.machine.ConfigurationApply(
            node.name,
            {
                node: node.address,
                endpoint: node.address,
                clientConfiguration: this.clientConfiguration,
                machineConfigurationInput: base.machineConfiguration,
                configPatches: machinePatches(site, node),
                // In prod a change that needs a reboot waits for one that somebody plans.
                applyMode: site.protect ? "staged_if_needing_reboot" : "auto",
            },
            {
                parent: this,
                // It holds secrets, and a machine in maintenance mode asks nobody for a certificate.
                dependsOn: [firewall, ...after],
                // A new machine boots without a configuration.
                replaceWith: [machine],
                // It names the versions of Kubernetes and Talos. Applying other ones would bypass
                // `talosctl upgrade-k8s` on all nodes (siderolabs/terraform-provider-talos#140).
                // Everything else is in the patches, which do reach the nodes.
                ignoreChanges: ["machineConfigurationInput"],
                hooks: together(this.changes.hooks, this.args.gate?.hooks ?? {}),
            },
        );
    }

    /** Bootstraps etcd on the first control plane, once, and fetches the kubeconfig from it. */
    private fetchKubeconfig({ node, configuration }: FirstControlPlane): talos.cluster.Kubeconfig {
        const target = {
            node: node.address,
            endpoint: node.address,
            clientConfiguration: this.clientConfiguration,
        };
        const bootstrap = new talos.machine.Bootstrap(this.args.site.cluster.name, target, {
            parent: this,
            protect: this.args.site.protect,
            // etcd starts with the configuration. Only this node's: the others join later.
            dependsOn: [configuration],
            // A cluster is bootstrapped once; the first entry of the node list may change.
            ignoreChanges: ["node", "endpoint"],
        });
        return new talos.cluster.Kubeconfig(
            this.args.site.cluster.name,
            { ...target, certificateRenewalDuration },
            {
                parent: this,
                // Before it there is no certificate authority to sign with.
                dependsOn: [bootstrap],
            },
        );
    }

    /**
     * The kubeconfig is there about a minute before the API (bbtechsys/terraform-proxmox-talos#19).
     * A preview never waits.
     */
    private whenApiAnswers(
        { kubernetesClientConfiguration }: talos.cluster.Kubeconfig,
        configurations: readonly talos.machine.ConfigurationApply[],
    ): TalosCluster["kubernetesClient"] {
        const { waitForApi: wait = waitForApi, site } = this.args;
        const direct = this.controlPlaneAddresses.map(
            (address) => `https://${address}:${site.network.apiServerPort}`,
        );
        const answer = unlessLeftOut(kubernetesClientConfiguration).apply(async (certificate) => ({
            certificate,
            // Only the virtual address matters: a control plane that is down, the first one
            // included, must not hold an update.
            running: pulumi.runtime.isDryRun()
                ? undefined
                : await wait(this.endpoint, direct, certificate),
        }));
        // Apart from the kubeconfig: a preview of a changed configuration does not know its result,
        // and with an unknown kubeconfig it would know nothing about what is in the cluster.
        pulumi
            .all([
                answer,
                pulumi.all(configurations.map(({ machineConfiguration }) => machineConfiguration)),
            ])
            .apply(async ([{ running }, applied]) => {
                const warning = forgottenUpgrade(running, applied);
                if (warning !== undefined) {
                    await pulumi.log.warn(warning, this);
                }
            });
        return pulumi.secret(answer.apply(({ certificate }) => certificate));
    }

    /** Without default nodes: `talosctl reboot` must name whom it means. */
    private generateTalosconfig(): pulumi.Output<string> {
        const { talosConfig } = talos.client.getConfigurationOutput(
            {
                clusterName: this.args.site.cluster.name,
                clientConfiguration: this.clientConfiguration,
                endpoints: [...this.controlPlaneAddresses],
            },
            { parent: this },
        );
        return pulumi.secret(talosConfig);
    }
}

interface FirstControlPlane {
    readonly node: NodeSettings;
    readonly configuration: talos.machine.ConfigurationApply;
}
