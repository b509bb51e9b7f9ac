import { prometheusOperatorCrds } from "../foundation/prometheus-operator-crds";
import { identityDb } from "../data/identity-db";
import { needed, systemsOn, type WithIdentity } from "../house";
import { certManager } from "../security/cert-manager";
import { kubeletCsrApprover } from "../security/kubelet-csr-approver";
import { rookCeph } from "../storage/rook-ceph";
import { GrafanaOperator, grafanaOperator } from "./grafana-operator";
import { AlertRouting, alertRouting } from "./alert-routing";
import { KubePrometheusStack, kubePrometheusStack } from "./kube-prometheus-stack";
import { MetricsServer, metricsServer } from "./metrics-server";

/** What collects from everybody else. */
export function deployObservability(house: WithIdentity): WithIdentity {
    const on = systemsOn(house);
    const { inside } = house;
    on(metricsServer, (context) => {
        const who = metricsServer;
        const kubelets = needed(house.kubeletCertificates, { who, what: kubeletCsrApprover });
        const { manager } = needed(house.certificates, { who, what: certManager });
        const certificates = [...kubelets.ready, ...manager.ready];
        return new MetricsServer({ ...context, certificates }, inside);
    });
    const monitoring = on(kubePrometheusStack, (context) => {
        const who = kubePrometheusStack;
        const { manager } = needed(house.certificates, { who, what: certManager });
        return new KubePrometheusStack(
            {
                ...context,
                collector: needed(house.collector, { who, what: prometheusOperatorCrds }),
                certificates: manager.ready,
                storage: needed(house.storage, { who, what: rookCeph }),
                verifiedKubelets: house.kubeletCertificates !== undefined,
                talosconfigExpiry: house.talosconfigExpiry,
            },
            inside,
        );
    });
    const dashboards = on(grafanaOperator, (context) => {
        const who = grafanaOperator;
        return new GrafanaOperator(
            {
                ...context,
                server: needed(house.platformDatabases, { who, what: identityDb }),
                monitoring: needed(monitoring, { who, what: kubePrometheusStack }),
                definitions: house.settings.definitions(),
                gateway: house.gateway,
                guards: house.guards,
                provider: house.signOnProvider,
            },
            inside,
        );
    });
    // Last: it routes the alerts of all the others.
    on(alertRouting, (context) => {
        const collector = needed(house.collector, {
            who: alertRouting,
            what: prometheusOperatorCrds,
        });
        return new AlertRouting({ ...context, collector }, inside);
    });
    const url = dashboards?.url;
    return { ...house, urls: { ...house.urls, ...(url === undefined ? {} : { grafana: url }) } };
}
