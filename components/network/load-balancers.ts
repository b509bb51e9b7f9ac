import type * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../base/foundation";
import type { KubernetesObject } from "../base/object";
import { Part } from "../base/part";

/** Arguments of {@link LoadBalancerPool}. */
export interface LoadBalancerPoolArgs extends Pick<Foundation, "site"> {
    /** Cilium: its operator brings the CRDs of the pool when it starts. */
    readonly cilium: { readonly ready: readonly pulumi.Resource[] };
}

/**
 * Addresses for Services of type LoadBalancer, and who answers ARP for them. One node per Service
 * holds a lease; when it dies another takes the address over.
 *
 * API versions as in the CRDs of Cilium 1.20: the pool is stored as `v2`, the announcement policy
 * is still served as `v2alpha1` only.
 */
export class LoadBalancerPool extends Part {
    /** Pool and policy: a Service waits for an address until both are there (pitfall P18). */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        { site, cilium }: LoadBalancerPoolArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("network", "LoadBalancerPool", name, { site }, {}, opts);
        const { network, workers } = site;
        const { start, stop } = network.loadBalancers;
        const dependsOn = [...cilium.ready];
        const pool = this.object(
            {
                apiVersion: "cilium.io/v2",
                kind: "CiliumLoadBalancerIPPool",
                metadata: { name: "nodes" },
                spec: { blocks: [{ start, stop }] },
            },
            { dependsOn },
        );
        // Kubernetes keeps load balancers off the control plane; without workers it has to serve.
        const announcers =
            workers.length > 0
                ? {
                      nodeSelector: {
                          matchExpressions: [
                              {
                                  key: "node-role.kubernetes.io/control-plane",
                                  operator: "DoesNotExist",
                              },
                          ],
                      },
                  }
                : {};
        const announcement = this.object(
            {
                apiVersion: "cilium.io/v2alpha1",
                kind: "CiliumL2AnnouncementPolicy",
                metadata: { name: "nodes" },
                spec: { loadBalancerIPs: true, ...announcers },
            },
            { dependsOn },
        );
        this.ready = [pool, announcement];
    }
}
