import { gatewayApi } from "../foundation/gateway-api";
import { needed, systemsOn, type WithGateway, type WithSecurity } from "../house";
import { certManager } from "../security/cert-manager";
import { EnvoyGateway, envoyGateway } from "./envoy-gateway";
import { PublicGateway } from "./public-gateway";

/** The front door, through which people reach what the layers above serve. */
export function deployGateway(house: WithSecurity): WithGateway {
    const on = systemsOn(house);
    const { inside } = house;
    const gateway = on(envoyGateway, (context) => {
        const who = envoyGateway;
        const certificates = needed(house.certificates, { who, what: certManager });
        const envoy = new EnvoyGateway(
            {
                ...context,
                gatewayApi: needed(house.gatewayApi, { who, what: gatewayApi }),
                manager: certificates.manager,
            },
            inside,
        );
        return new PublicGateway("public-gateway", { ...context, envoy, certificates }, inside);
    });
    return { ...house, gateway };
}
