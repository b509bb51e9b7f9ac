/** Metrics and alerts of cert-manager. Pure. */
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";

/** Labels as in the chart cert-manager v1.21.1. */
function pods(name: string, component: string): Readonly<Record<string, string>> {
    return {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/instance": "cert-manager",
        "app.kubernetes.io/component": component,
    };
}

/** The port is there with the chart's `prometheus.enabled`, which is its default. */
const metricsPort = { port: "http-metrics", number: 9402 };

export const certManagerScrapes: readonly Scrape[] = [
    {
        name: "cert-manager-controller",
        pods: pods("cert-manager", "controller"),
        ...metricsPort,
        metrics: [
            {
                source: "cert-manager v1.21.1: internal/collectors/certificate_collector.go",
                names: [
                    "certmanager_certificate_expiration_timestamp_seconds",
                    "certmanager_certificate_ready_status",
                    "certmanager_certificate_renewal_timestamp_seconds",
                ],
            },
            {
                source: "cert-manager v1.21.1: internal/collectors/clusterissuer_collector.go",
                names: ["certmanager_clusterissuer_ready_status"],
            },
        ],
    },
    {
        name: "cert-manager-webhook",
        pods: pods("webhook", "webhook"),
        ...metricsPort,
        metrics: [],
    },
    {
        name: "cert-manager-cainjector",
        pods: pods("cainjector", "cainjector"),
        ...metricsPort,
        metrics: [],
    },
];

/** A certificate; `namespace` is that of the controller. */
const BY_CERTIFICATE = "max by (exported_namespace, name)";
const CERTIFICATE = "{{ $labels.exported_namespace }}/{{ $labels.name }}";

/**
 * After the cert-manager mixin (imusmanmalik/cert-manager-mixin: alerts/certificates.libsonnet),
 * with cert-manager's own time of renewal instead of a fixed number of days: certificates live
 * between 90 days and ten years here. Time 0 stands for a certificate that was never issued.
 */
export const certManagerAlerts: readonly Alert[] = [
    {
        name: "CertificateExpiresIn24Hours",
        expression:
            `(${BY_CERTIFICATE} (certmanager_certificate_expiration_timestamp_seconds` +
            `{job="cert-manager-controller"}) > 0) - time() < 86400`,
        for: "5m",
        severity: "critical",
        summary: `Certificate ${CERTIFICATE} expires within a day`,
        description:
            "{{ $value | humanizeDuration }} are left. Its renewal has been failing for a long time; " +
            "after the expiry every client that verifies refuses the connection.",
    },
    {
        name: "CertificateRenewalOverdue",
        expression:
            `(${BY_CERTIFICATE} (certmanager_certificate_renewal_timestamp_seconds` +
            `{job="cert-manager-controller"}) > 0) < time() - 21600`,
        for: "1h",
        severity: "warning",
        summary: `Certificate ${CERTIFICATE} should have been renewed hours ago`,
        description:
            "cert-manager wanted to renew it more than six hours ago and did not. It stays valid " +
            "until its expiry, about a third of its life after the planned renewal.",
    },
    {
        name: "CertificateNotReady",
        expression:
            `${BY_CERTIFICATE} (certmanager_certificate_ready_status` +
            `{job="cert-manager-controller", condition!="True"}) == 1`,
        for: "20m",
        severity: "warning",
        summary: `Certificate ${CERTIFICATE} is not ready`,
        description:
            "It was never issued, does not match what is asked for, or has expired. Pods that mount " +
            "its Secret may not start.",
    },
    {
        name: "CertManagerDown",
        expression:
            'absent(up{job="cert-manager-controller"} == 1) or absent(up{job="cert-manager-webhook"} == 1) ' +
            'or absent(up{job="cert-manager-cainjector"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.job }} does not answer",
        description:
            "Without the controller nothing is issued or renewed, without the webhook every change " +
            "of a certificate or issuer is refused, without the CA injector webhooks lose the trust " +
            "of the API server at the next renewal.",
    },
];

/** Certificates can be asked for and are renewed. */
export const certManagerObjectives: readonly Objective[] = [
    {
        name: "certificates-availability",
        percent: 99.9,
        indicator: {
            share:
                'min(max by (job) (up{job=~"cert-manager-controller|cert-manager-webhook"})) ' +
                "or vector(0)",
        },
        description: "The controller and the webhook of cert-manager answer.",
        alert: "CertificatesErrorBudgetBurn",
    },
];
