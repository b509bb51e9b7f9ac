import { gatewayApi } from "../foundation/gateway-api";
import { type House, needed, systemsOn, type WithNetwork } from "../house";
import { Cilium, cilium } from "./cilium";
import { CloudflareTunnel, cloudflareTunnel } from "./cloudflare-tunnel";
import { ExternalDns, externalDns } from "./external-dns";
import { Istio, istio } from "./istio";
import { LoadBalancerPool } from "./load-balancers";
import { IstioPolicies } from "./istio-policies";
import { Metallb, metallb } from "./metallb";
import { SailOperator, sailOperator } from "./sail-operator";
import { Tailscale, tailscale } from "./tailscale";

/** The mesh, without its policies; the operator alone is of use to nobody else. */
function deployMesh(house: Omit<WithNetwork, "tunnel" | "mesh">) {
    const on = systemsOn(house);
    const { inside } = house;
    const operator = on(sailOperator, (context) => new SailOperator(context, inside));
    const mesh = on(istio, (context) => {
        const brought = needed(operator, { who: istio, what: sailOperator });
        return { operator: brought, control: new Istio({ ...context, operator: brought }, inside) };
    });
    return { ...house, mesh };
}

/** Who may talk to whom in the mesh: after everything else, when every flow is declared. */
export function deployMeshPolicies<House extends WithNetwork>(house: House): House {
    const { site, network, podNetwork, mesh, inside } = house;
    if (network.mesh !== undefined && mesh !== undefined) {
        const { operator } = mesh;
        const plan = network.mesh;
        new IstioPolicies("istio-policies", { site, plan, operator, podNetwork }, inside);
    }
    return house;
}

/** What leads from the outside to the platform's services; its pods wait for the pod network. */
function deployEdge(house: Omit<WithNetwork, "tunnel">): WithNetwork {
    const on = systemsOn(house);
    const { inside, gatewayApi: routes } = house;
    on(
        externalDns,
        (context) =>
            new ExternalDns(
                { ...context, routes: needed(routes, { who: externalDns, what: gatewayApi }) },
                inside,
            ),
    );
    on(metallb, (context) => new Metallb(context, inside));
    on(tailscale, (context) => new Tailscale(context, inside));
    const tunnel = on(cloudflareTunnel, (context) => new CloudflareTunnel(context, inside));
    return { ...house, tunnel: tunnel?.end };
}

/** The pod network: no pod outside the host network starts before it. */
export function deployNetwork(house: House): WithNetwork {
    const on = systemsOn(house);
    const { inside, site } = house;
    const network = on(cilium, (context) => {
        const built = new Cilium(context, inside);
        // Cilium gives out no address while it has no pool.
        if (site.network.loadBalancers.announce !== "metallb") {
            new LoadBalancerPool("load-balancers", { site, cilium: built }, inside);
        }
        return built;
    });
    const podNetwork = network?.ready ?? [];
    return deployEdge(
        deployMesh({
            ...house,
            podNetwork,
            pods: [...house.pods, ...podNetwork],
            pages: [...house.pages, ...(network === undefined ? [] : [network.page])],
        }),
    );
}
