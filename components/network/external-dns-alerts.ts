/** Metrics and alerts of ExternalDNS. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";

/** Labels and port as in the chart external-dns 1.21.1. */
export const externalDnsScrapes: readonly Scrape[] = [
    {
        name: "external-dns",
        pods: {
            "app.kubernetes.io/name": "external-dns",
            "app.kubernetes.io/instance": "external-dns",
        },
        port: "http",
        number: 7979,
        metrics: [
            {
                source: "external-dns v0.21.0: controller/metrics.go",
                names: [
                    "external_dns_controller_consecutive_soft_errors",
                    "external_dns_controller_last_sync_timestamp_seconds",
                    "external_dns_registry_records",
                    "external_dns_source_records",
                ],
            },
        ],
    },
];

/** The project publishes no rules; its page "Monitoring" names what is worth watching. */
export const externalDnsAlerts: readonly Alert[] = [
    {
        name: "ExternalDnsDown",
        expression: 'absent(up{job="external-dns"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "ExternalDNS does not answer",
        description:
            "Records that exist stay as they are. New host names get none, and those of routes that " +
            "are gone are not removed.",
    },
    {
        name: "ExternalDnsNotSynced",
        expression:
            "time() - max(external_dns_controller_last_sync_timestamp_seconds" +
            '{job="external-dns"}) > 1800',
        for: "10m",
        severity: "warning",
        summary: "DNS records have not been compared with the cluster for half an hour",
        description:
            "ExternalDNS runs and cannot read the zone or change it. New host names get no record, " +
            "and a changed load-balancer address is not told.",
    },
    {
        name: "ExternalDnsErrors",
        expression: 'max(external_dns_controller_consecutive_soft_errors{job="external-dns"}) > 5',
        for: "10m",
        severity: "warning",
        summary: "The DNS provider refused {{ $value }} changes in a row",
        description:
            "Each minute ExternalDNS tries again. Mostly the token has expired or lost a right, the " +
            "rate limit is reached, or a record that somebody made by hand is in the way.",
    },
];
