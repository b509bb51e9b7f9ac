import { type House, systemsOn, type WithNetwork } from "../house";
import { Cilium, cilium } from "./cilium";
import { LoadBalancerPool } from "./load-balancers";

/** The pod network: no pod outside the host network starts before it. */
export function deployNetwork(house: House): WithNetwork {
    const on = systemsOn(house);
    const { inside, site } = house;
    const network = on(cilium, (context) => {
        const built = new Cilium(context, inside);
        new LoadBalancerPool("load-balancers", { site, cilium: built }, inside);
        return built;
    });
    const podNetwork = network?.ready ?? [];
    return { ...house, podNetwork, pods: [...house.pods, ...podNetwork] };
}
