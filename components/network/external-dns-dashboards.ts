/** Names of routes in the DNS. Pure. */
import { answering, type Dashboard, lines, number } from "../base/dashboard";

const JOB = 'job="external-dns"';

/** Records, and when they were compared with the zone last. */
export const externalDnsDashboards: readonly Dashboard[] = [
    {
        name: "external-dns",
        title: "DNS records",
        purpose: "Whether the zone says what the cluster serves.",
        rows: [
            {
                title: "Records",
                panels: [
                    number(
                        "Since the last comparison",
                        `time() - max(external_dns_controller_last_sync_timestamp_seconds{${JOB}})`,
                        { unit: "s", thresholds: { warning: 600, bad: 1800 } },
                    ),
                    lines(
                        "Records wanted",
                        `sum by (record_type) (external_dns_source_records{${JOB}})`,
                        "{{ record_type }}",
                    ),
                    lines(
                        "Records there",
                        `sum by (record_type) (external_dns_registry_records{${JOB}})`,
                        "{{ record_type }}",
                    ),
                    lines(
                        "Refusals in a row",
                        `max(external_dns_controller_consecutive_soft_errors{${JOB}})`,
                        "refusals",
                    ),
                    answering("external-dns"),
                ],
            },
        ],
    },
];
