import { containerPort } from "../../operators/envoy-gateway";
import { connect } from "../base/connection";
import { gatewayApi } from "../foundation/gateway-api";
import { needed, systemsOn, type WithGateway, type WithSecurity } from "../house";
import { certManager } from "../security/cert-manager";
import { EnvoyGateway, envoyGateway } from "./envoy-gateway";
import { PublicGateway } from "./public-gateway";
import { publicGateway } from "./public-names";

/** The front door, through which people reach what the layers above serve. */
export function deployGateway(house: WithSecurity): WithGateway {
    const on = systemsOn(house);
    const { inside } = house;
    const gateway = on(envoyGateway, (context) => {
        const who = envoyGateway;
        const certificates = needed(house.certificates, { who, what: certManager });
        const crds = needed(house.gatewayApi, { who, what: gatewayApi });
        const envoy = new EnvoyGateway(
            { ...context, gatewayApi: crds, manager: certificates.manager, traces: house.traces },
            inside,
        );
        const front = new PublicGateway(
            "public-gateway",
            { ...context, gatewayApi: crds, envoy, certificates },
            inside,
        );
        if (house.tunnel !== undefined) {
            // Over TLS, as everybody else: the other port only sends people to this one.
            const ports = [containerPort(publicGateway.ports.https)];
            connect("tunnel-to-gateway", { from: house.tunnel, to: { ...front.proxies, ports } });
        }
        return front;
    });
    return { ...house, gateway };
}
