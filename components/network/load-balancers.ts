import type * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../base/foundation";
import type { KubernetesObject } from "../base/object";
import { Part } from "../base/part";
import { announcements } from "./announcements";

/** Arguments of {@link LoadBalancerPool}. */
export interface LoadBalancerPoolArgs extends Pick<Foundation, "site"> {
    /** Cilium: its operator brings the CRDs of the pool when it starts. */
    readonly cilium: { readonly ready: readonly pulumi.Resource[] };
}

/**
 * Addresses for Services of type LoadBalancer, and how the network learns of them. The Proxmox
 * firewall lets everybody to ports 80 and 443 of the workers only: a Service on another port needs a
 * rule of its own (`components/machines/firewall.ts`).
 */
export class LoadBalancerPool extends Part {
    /** Pool and announcement: a Service waits for an address until both are there (pitfall P18). */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        { site, cilium }: LoadBalancerPoolArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("network", "LoadBalancerPool", name, { site }, {}, opts);
        const { start, stop } = site.network.loadBalancers;
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
        this.ready = [
            pool,
            ...announcements(site).map((manifest) => this.object(manifest, { dependsOn })),
        ];
    }
}
