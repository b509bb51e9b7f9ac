import { prometheusOperatorCrds } from "../foundation/prometheus-operator-crds";
import { needed, systemsOn, type WithIdentity } from "../house";
import { kubeletCsrApprover } from "../security/kubelet-csr-approver";
import { rookCeph } from "../storage/rook-ceph";
import { Kubecost, kubecost } from "./kubecost";
import { type KubePrometheusStack, kubePrometheusStack } from "./kube-prometheus-stack";
import { OpenCost, openCost, type OpenCostArgs } from "./opencost";

/**
 * What says what namespaces cost.
 *
 * @param monitoring Prometheus; undefined when it is off
 * @param allMetrics where metrics of the past are asked for too; undefined when nobody keeps them
 */
export function deployCosts(
    house: WithIdentity,
    monitoring: KubePrometheusStack | undefined,
    allMetrics: OpenCostArgs["metrics"] | undefined,
): void {
    const on = systemsOn(house);
    const { inside, gateway, guards } = house;
    on(openCost, (context) => {
        const who = openCost;
        const { prometheus, prometheusUrl, ready } = needed(monitoring, {
            who,
            what: kubePrometheusStack,
        });
        return new OpenCost(
            {
                ...context,
                collector: needed(house.collector, { who, what: prometheusOperatorCrds }),
                metrics: allMetrics ?? { endpoint: prometheus, url: prometheusUrl, ready },
                gateway,
                guards,
            },
            inside,
        );
    });
    on(kubecost, (context) => {
        const who = kubecost;
        return new Kubecost(
            {
                ...context,
                storage: needed(house.storage, { who, what: rookCeph }),
                kubelets: needed(house.kubeletCertificates, { who, what: kubeletCsrApprover })
                    .ready,
                hardwarePrices: house.settings.systems.openCost.hardwarePrices,
                gateway,
                guards,
            },
            inside,
        );
    });
}
