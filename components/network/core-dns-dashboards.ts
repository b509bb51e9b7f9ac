/** How names are resolved. Pure. */
import { answering, type Dashboard, lines, number } from "../base/dashboard";

const JOB = 'job="coredns"';

/** Answers, errors and delays of CoreDNS. */
export const coreDnsDashboards: readonly Dashboard[] = [
    {
        name: "dns",
        title: "DNS",
        purpose: "Whether pods find the names they ask for, and how fast.",
        rows: [
            {
                title: "Answers",
                panels: [
                    number(
                        "Share of errors",
                        `(sum(rate(coredns_dns_responses_total{${JOB}, rcode="SERVFAIL"}[5m])) or vector(0)) / ` +
                            `(sum(rate(coredns_dns_responses_total{${JOB}}[5m])) > 0)`,
                        {
                            unit: "percentunit",
                            thresholds: { warning: 0.001, bad: 0.03 },
                            overview: true,
                        },
                    ),
                    lines(
                        "Answers by code",
                        `sum by (rcode) (rate(coredns_dns_responses_total{${JOB}}[$__rate_interval]))`,
                        "{{ rcode }}",
                        { unit: "reqps" },
                    ),
                    lines(
                        "Slowest of a hundred answers",
                        `histogram_quantile(0.99, sum by (le) (rate(coredns_dns_request_duration_seconds_bucket{${JOB}}[$__rate_interval])))`,
                        "99 %",
                        { unit: "s" },
                    ),
                ],
            },
            {
                title: "Cache and upstreams",
                panels: [
                    lines(
                        "Share answered from the cache",
                        `sum(rate(coredns_cache_hits_total{${JOB}}[5m])) / ` +
                            `(sum(rate(coredns_cache_hits_total{${JOB}}[5m])) + sum(rate(coredns_cache_misses_total{${JOB}}[5m])))`,
                        "hits",
                        { unit: "percentunit" },
                    ),
                    lines(
                        "All upstreams broken",
                        `sum(rate(coredns_forward_healthcheck_broken_total{${JOB}}[$__rate_interval]))`,
                        "broken",
                        { unit: "ops" },
                    ),
                    answering("coredns"),
                ],
            },
        ],
    },
];
