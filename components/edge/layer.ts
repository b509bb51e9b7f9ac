import type * as pulumi from "@pulumi/pulumi";
import type { Endpoint } from "../base/connection";
import { prometheusOperatorCrds } from "../foundation/prometheus-operator-crds";
import { envoyGateway } from "../gateway/envoy-gateway";
import { needed, systemsOn, type WithIdentity } from "../house";
import { kubePrometheusStack } from "../observability/kube-prometheus-stack";
import { type LogStore, loki } from "../observability/loki";
import { deliveredTo, FluxEdge, fluxEdge } from "./flux-edge";
import { K3sEdge, k3sEdge } from "./k3s-edge";

/** Where edge sites send what they tell. */
export interface EdgeTargets {
    readonly metrics:
        | {
              readonly endpoint: Endpoint;
              readonly members: readonly string[];
              readonly ready: readonly pulumi.Resource[];
          }
        | undefined;
    readonly logs: LogStore | undefined;
}

/**
 * Small clusters at other places, and what takes what they tell. Observability calls it: it stands on
 * what keeps metrics and logs, and whoever asks routes from outside comes after it.
 */
export function deployEdge(house: WithIdentity, targets: EdgeTargets): void {
    const on = systemsOn(house);
    const who = k3sEdge;
    const delivered = on(fluxEdge, ({ site, settings }) => deliveredTo(site, settings));
    const sites = on(k3sEdge, (context) => {
        return new K3sEdge(
            {
                ...context,
                collector: needed(house.collector, { who, what: prometheusOperatorCrds }),
                gateway: needed(house.gateway, { who, what: envoyGateway }),
                metrics: needed(targets.metrics, { who, what: kubePrometheusStack }),
                logs: needed(targets.logs, { who, what: loki }),
                delivered,
            },
            house.inside,
        );
    });
    on(fluxEdge, (context) => {
        const { home: intake } = needed(sites, { who: fluxEdge, what: k3sEdge });
        return new FluxEdge({ ...context, intake }, house.inside);
    });
}
