/** How names are resolved. Pure. */
import {
    answering,
    type Dashboard,
    highest,
    lines,
    number,
    rates,
    slowest,
    sums,
} from "../base/dashboard";

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
    {
        name: "dns-upstreams",
        title: "Name servers behind DNS",
        purpose: "Which name server outside answers late or not, and what the cache saves.",
        rows: [
            {
                title: "Name servers",
                panels: [
                    slowest(
                        "Slowest of a hundred answers",
                        `coredns_proxy_request_duration_seconds_bucket{${JOB}}`,
                        "to",
                    ),
                    rates(
                        "Failed checks",
                        `coredns_proxy_healthcheck_failures_total{${JOB}}`,
                        "to",
                    ),
                    rates(
                        "Refused, too many at once",
                        `coredns_forward_max_concurrent_rejects_total{${JOB}}`,
                        "pod",
                    ),
                ],
            },
            {
                title: "Cache and process",
                panels: [
                    sums("Kept", `coredns_cache_entries{${JOB}}`, "type"),
                    rates("Thrown out", `coredns_cache_evictions_total{${JOB}}`, "type"),
                    rates("Questions by type", `coredns_dns_requests_total{${JOB}}`, "type"),
                    highest("Panics", `coredns_panics_total{${JOB}}`, "pod"),
                ],
            },
        ],
    },
];
