import type * as pulumi from "@pulumi/pulumi";
import { PlatformComponent } from "./base/component";
import type { Settings } from "./settings";

/** Arguments of {@link Platform}. */
export interface PlatformArgs {
    readonly settings: Settings;
}

/**
 * The root of everything. Its inputs are what the policy pack knows of the settings: the profile,
 * the control planes, the workloads that are critical here, and the stack's own exceptions.
 */
export class Platform extends PlatformComponent {
    constructor(name: string, { settings }: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        const { profile, cluster, network, controlPlanes, criticalWorkloads, exceptions } =
            settings;
        super(
            "base",
            "Platform",
            name,
            {
                profile,
                source: cluster.source,
                virtualIp: cluster.virtualIp,
                nodeNetwork: network.nodes,
                controlPlanes: controlPlanes.map((node) => ({
                    name: node.name,
                    address: node.address,
                    host: node.host,
                })),
                criticalWorkloads,
                exceptions,
            },
            opts,
        );
        this.registerOutputs({});
    }
}
