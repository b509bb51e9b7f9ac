import * as pulumi from "@pulumi/pulumi";
import * as talos from "@pulumiverse/talos";
import { PlatformComponent } from "../base/component";
import type { Site } from "../site";
import { waitForNodes } from "./kubernetes-api";
import type { TalosCluster } from "./talos-cluster";

/** Arguments of {@link ClusterHealth}. */
export interface ClusterHealthArgs {
    readonly site: Site;
    readonly cluster: Pick<
        TalosCluster,
        "clientConfiguration" | "kubernetesClient" | "endpoint" | "controlPlaneAddresses"
    >;
    /** Waits until nodes are ready; default: polls the API. Never called in a preview. */
    readonly waitForNodes?: typeof waitForNodes;
}

/**
 * Waits until the whole cluster is healthy: etcd, Talos' services, the control plane, and every
 * node. It needs a pod network, so give it `dependsOn` Cilium.
 *
 * Talos' own check leaves out whether nodes are ready when it did not install the network
 * (siderolabs/talos@v1.13.0:pkg/cluster/check/default.go), so that is asked separately.
 */
export class ClusterHealth extends PlatformComponent {
    /**
     * This component, once the cluster is healthy. Depend on it and not on the component itself,
     * which has no resource to wait for.
     */
    readonly healthy: pulumi.Output<pulumi.Resource>;

    constructor(name: string, args: ClusterHealthArgs, opts?: pulumi.ComponentResourceOptions) {
        super("cluster", "ClusterHealth", name, {}, opts);
        // The check is a function, which a preview calls as soon as its arguments are known: an ill
        // cluster would hold every preview for a quarter of an hour.
        this.healthy = pulumi.runtime.isDryRun()
            ? pulumi.output<pulumi.Resource>(this)
            : this.check(args, opts);
    }

    private check(
        { site, cluster, waitForNodes: wait = waitForNodes }: ClusterHealthArgs,
        opts?: pulumi.ComponentResourceOptions,
    ): pulumi.Output<pulumi.Resource> {
        const report = talos.cluster.getHealthOutput(
            {
                clientConfiguration: cluster.clientConfiguration,
                endpoints: [...cluster.controlPlaneAddresses],
                controlPlaneNodes: [...cluster.controlPlaneAddresses],
                workerNodes: site.workers.map(({ address }) => address),
                timeouts: { read: "15m" },
            },
            { parent: this, dependsOn: opts?.dependsOn },
        );
        const names = site.nodes.map(({ name }) => name);
        return pulumi.unsecret(
            pulumi.all([cluster.kubernetesClient, report.id]).apply(async ([client]) => {
                await wait(cluster.endpoint, client, names);
                return this;
            }),
        );
    }
}
