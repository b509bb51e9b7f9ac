/** Alerts of the issuers. Their metrics are those of cert-manager's controller. Pure. */
import type { Alert } from "../base/alert";

/** Metrics of cert-manager v1.21.1: internal/collectors/clusterissuer_collector.go. */
export const issuerAlerts: readonly Alert[] = [
    {
        name: "ClusterIssuerNotReady",
        expression:
            "max by (name) (certmanager_clusterissuer_ready_status" +
            '{job="cert-manager-controller", condition!="True"}) == 1',
        for: "30m",
        severity: "warning",
        summary: "ClusterIssuer {{ $labels.name }} is not ready",
        description:
            "It signs nothing: new certificates of it stay pending and existing ones are not renewed.",
    },
];
