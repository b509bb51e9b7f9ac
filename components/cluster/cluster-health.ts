import * as pulumi from "@pulumi/pulumi";
import * as talos from "@pulumiverse/talos";
import { PlatformComponent } from "../base/component";
import type { Site } from "../site";
import { type ClientCertificate, observeNodes, waitForNodes } from "./kubernetes-api";
import { type NodeReport, nodeSentences } from "./node-report";
import type { TalosCluster } from "./talos-cluster";

/** Arguments of {@link ClusterHealth}. */
export interface ClusterHealthArgs {
    readonly site: Site;
    readonly cluster: Pick<
        TalosCluster,
        | "clientConfiguration"
        | "kubernetesClient"
        | "endpoint"
        | "controlPlaneAddresses"
        | "configured"
    >;
    /** Waits until nodes are ready; default: polls the API. Never called in a preview. */
    readonly waitForNodes?: typeof waitForNodes;
    /** Asks once how nodes are; default: asks the API. Never called in a preview. */
    readonly observeNodes?: typeof observeNodes;
}

/** What a check is told. */
interface Checked extends Required<ClusterHealthArgs> {
    readonly certificate: ClientCertificate;
    /** Nodes that this update configured. */
    readonly configured: readonly string[];
}

/**
 * Looks at the cluster's health at the end of an update. It needs a pod network, so give it
 * `dependsOn` Cilium.
 *
 * Where the update configured nodes it waits until the whole cluster is healthy: etcd, Talos'
 * services, the control plane, and every node. Talos' own check leaves out whether nodes are ready
 * when it did not install the network (siderolabs/talos@v1.13.0:pkg/cluster/check/default.go), so
 * that is asked separately. Where it changed no node there is nothing to wait for: a node that is
 * down, cordoned or forgotten is told as a warning, and holds nobody.
 */
export class ClusterHealth extends PlatformComponent {
    /**
     * This component, once the cluster was looked at. Depend on it and not on the component itself,
     * which has no resource to wait for.
     */
    readonly healthy: pulumi.Output<pulumi.Resource>;

    constructor(name: string, args: ClusterHealthArgs, opts?: pulumi.ComponentResourceOptions) {
        super("cluster", "ClusterHealth", name, {}, opts);
        // The check is a function, which a preview calls as soon as its arguments are known: an ill
        // cluster would hold every preview for a quarter of an hour.
        this.healthy = pulumi.runtime.isDryRun()
            ? pulumi.output<pulumi.Resource>(this)
            : this.lookAt({ waitForNodes, observeNodes, ...args }, opts?.dependsOn);
    }

    private lookAt(
        args: Required<ClusterHealthArgs>,
        dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
    ): pulumi.Output<pulumi.Resource> {
        const { kubernetesClient, configured } = args.cluster;
        const known = pulumi.all([kubernetesClient, configured]);
        return pulumi.unsecret(
            known.apply(([certificate, names]) => {
                const checked = { ...args, certificate, configured: names };
                return pulumi
                    .output(this.report(checked))
                    .apply((report) =>
                        names.length === 0
                            ? pulumi.output<pulumi.Resource>(this)
                            : this.waitForHealth(checked, report, dependsOn),
                    );
            }),
        );
    }

    /** How the nodes are now, with a warning for each that is not as it should be. */
    private async report({
        site,
        cluster,
        certificate,
        configured,
        observeNodes: observe,
    }: Checked): Promise<NodeReport> {
        const names = site.nodes.map(({ name }) => name);
        const report = await observe(cluster.endpoint, certificate, names);
        // Those that were just configured are waited for: they are not ready yet, and that is right.
        const unready = report.unready.filter((name) => !configured.includes(name));
        for (const sentence of nodeSentences({ ...report, unready })) {
            await pulumi.log.warn(sentence, this);
        }
        return { ...report, unready };
    }

    /**
     * Waits for the nodes that were configured and, if nobody is known to be away, for the whole
     * cluster: Talos' check demands that the nodes are exactly those of the settings and all
     * schedulable (pkg/cluster/check/kubernetes.go), and would wait in vain.
     */
    private waitForHealth(
        checked: Checked,
        { unready, cordoned, unexpected }: NodeReport,
        dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
    ): pulumi.Output<pulumi.Resource> {
        const { cluster, certificate, configured, waitForNodes: wait } = checked;
        const complete = unready.length + cordoned.length + unexpected.length === 0;
        const answer = complete ? this.askTalos(checked, dependsOn) : pulumi.output("");
        return answer.apply(async () => {
            await wait(cluster.endpoint, certificate, configured);
            return this;
        });
    }

    private askTalos(
        { site, cluster }: Checked,
        dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
    ): pulumi.Output<string> {
        return talos.cluster.getHealthOutput(
            {
                clientConfiguration: cluster.clientConfiguration,
                endpoints: [...cluster.controlPlaneAddresses],
                controlPlaneNodes: [...cluster.controlPlaneAddresses],
                workerNodes: site.workers.map(({ address }) => address),
                timeouts: { read: "15m" },
            },
            { parent: this, dependsOn },
        ).id;
    }
}
