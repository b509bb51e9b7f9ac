import { needed, systemsOn, type WithData } from "../house";
import { certManager } from "../security/cert-manager";
import { kubeletCsrApprover } from "../security/kubelet-csr-approver";
import { MetricsServer, metricsServer } from "./metrics-server";

/** What collects from everybody else. */
export function deployObservability(house: WithData): WithData {
    const on = systemsOn(house);
    const { inside } = house;
    on(metricsServer, (context) => {
        const who = metricsServer;
        const kubelets = needed(house.kubeletCertificates, { who, what: kubeletCsrApprover });
        const { manager } = needed(house.certificates, { who, what: certManager });
        const certificates = [...kubelets.ready, ...manager.ready];
        return new MetricsServer({ ...context, certificates }, inside);
    });
    return house;
}
