import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../base/object";
import { System, type SystemArgs } from "../base/system";
import { charts } from "../versions";

/**
 * The CRDs of the Gateway API, standard channel, with upstream's admission policy that refuses a
 * downgrade or the experimental channel over them. A system of its own: several controllers
 * (cert-manager, a gateway, External DNS) watch these kinds and none of them may own them.
 */
export class GatewayApi extends System {
    /** The CRDs by `<group>/<Kind>`; routes and gateways depend on theirs. */
    readonly definitions: ReadonlyMap<string, KubernetesObject>;
    /** What controllers that watch the kinds depend on. */
    readonly ready: readonly KubernetesObject[];

    constructor(name: string, { context }: SystemArgs, opts: pulumi.ComponentResourceOptions) {
        super("network", "GatewayApi", name, { context }, opts);
        const chart = this.chart(name, { pin: charts.gatewayApi, values: {} });
        this.definitions = chart.definitions;
        this.ready = [...chart.definitions.values()];
        this.registerOutputs({});
    }
}
