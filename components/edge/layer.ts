import { prometheusOperatorCrds } from "../foundation/prometheus-operator-crds";
import { envoyGateway } from "../gateway/envoy-gateway";
import { needed, systemsOn, type WithObservability } from "../house";
import { kubePrometheusStack } from "../observability/kube-prometheus-stack";
import { loki } from "../observability/loki";
import { deliveredTo, FluxEdge, fluxEdge } from "./flux-edge";
import { K3sEdge, k3sEdge } from "./k3s-edge";

/** Small clusters at other places, and what takes what they tell. */
export function deployEdge(house: WithObservability): WithObservability {
    const on = systemsOn(house);
    const who = k3sEdge;
    const delivered = on(fluxEdge, ({ site, settings }) => deliveredTo(site, settings));
    const sites = on(k3sEdge, (context) => {
        return new K3sEdge(
            {
                ...context,
                collector: needed(house.collector, { who, what: prometheusOperatorCrds }),
                gateway: needed(house.gateway, { who, what: envoyGateway }),
                metrics: needed(house.metrics, { who, what: kubePrometheusStack }),
                logs: needed(house.logs, { who, what: loki }),
                delivered,
            },
            house.inside,
        );
    });
    on(fluxEdge, (context) => {
        const { home: intake } = needed(sites, { who: fluxEdge, what: k3sEdge });
        return new FluxEdge({ ...context, intake }, house.inside);
    });
    return house;
}
