import type * as pulumi from "@pulumi/pulumi";
import { ofDefinitions } from "../base/capabilities";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import { manifests } from "../base/pins";
import { System } from "../base/system";

/** The CRDs that routes and gateways are written in. */
export const gatewayApi = define({
    name: "gatewayApi",
    layer: "foundation",
    purpose: "the CRDs of the Gateway API, which several controllers watch and none owns",
    origin: "001, 002: Gateway API",
    charts: {
        gatewayApi: manifests("gateway-api", "v1.6.1", {
            repository: "https://github.com/kubernetes-sigs/gateway-api",
            assets: ["standard-install.yaml"],
            modules: [{ module: "sigs.k8s.io/gateway-api", files: ["config/crd/standard/"] }],
        }),
    },
    serves: ["gateway.networking.k8s.io/v1"],
    capabilities: ofDefinitions,
});

/**
 * The CRDs of the Gateway API, standard channel, with upstream's admission policy that refuses a
 * downgrade or the experimental channel over them. A system of its own: several controllers
 * (cert-manager, a gateway, External DNS) watch these kinds and none of them may own them.
 */
export class GatewayApi extends System<typeof gatewayApi> {
    constructor(context: SystemContext<typeof gatewayApi>, opts: pulumi.ComponentResourceOptions) {
        super(context, {}, opts);
        const chart = this.chart(gatewayApi.charts.gatewayApi, {
            values: {},
            apiGroups: ["gateway.networking.k8s.io"],
        });
        this.waitFor(...chart.definitions.values());
    }
}
