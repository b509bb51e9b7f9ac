/** Metrics and alerts of CoreDNS, as the cluster brings it. Pure. */
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";

/**
 * Talos v1.13.9, `k8stemplates/testdata/coredns-deployment.yaml`; kubeadm gives the same label and
 * port.
 */
export const coreDnsScrapes: readonly Scrape[] = [
    {
        name: "coredns",
        namespace: "kube-system",
        pods: { "k8s-app": "kube-dns" },
        port: "metrics",
        number: 9153,
        metrics: [
            {
                source: "coredns v1.14.7: plugin/cache/metrics.go, plugin/forward/metrics.go, plugin/metrics/vars/vars.go",
                names: [
                    "coredns_cache_entries",
                    "coredns_cache_evictions_total",
                    "coredns_dns_requests_total",
                    "coredns_forward_max_concurrent_rejects_total",
                    "coredns_panics_total",
                ],
            },
            {
                source: "coredns v1.14.7: plugin/pkg/proxy/metrics.go",
                names: [
                    "coredns_proxy_healthcheck_failures_total",
                    "coredns_proxy_request_duration_seconds_bucket",
                ],
            },
            {
                source: "coredns v1.14.7: plugin/metrics/vars/vars.go",
                names: [
                    "coredns_dns_request_duration_seconds_bucket",
                    "coredns_dns_responses_total",
                ],
            },
            {
                source: "coredns v1.14.7: plugin/cache/metrics.go",
                names: ["coredns_cache_hits_total", "coredns_cache_misses_total"],
            },
            {
                source: "coredns v1.14.7: plugin/forward/metrics.go",
                names: ["coredns_forward_healthcheck_broken_total"],
            },
        ],
    },
];

/** After the CoreDNS mixin (povilasv/coredns-mixin: alerts/{coredns,forward}.libsonnet). */
export const coreDnsAlerts: readonly Alert[] = [
    {
        name: "CoreDNSDown",
        expression: 'absent(up{job="coredns"} == 1)',
        for: "5m",
        severity: "critical",
        summary: "No CoreDNS answers",
        description:
            "No pod can look up a name, neither of a Service nor of the internet. Nearly everything " +
            "on the platform fails within minutes.",
        explains: [{ alerts: ["CoreDNSErrorsHigh", "CoreDNSUpstreamsBroken"] }],
    },
    {
        name: "CoreDNSErrorsHigh",
        expression:
            'sum(rate(coredns_dns_responses_total{job="coredns", rcode="SERVFAIL"}[5m])) ' +
            '/ sum(rate(coredns_dns_responses_total{job="coredns"}[5m])) > 0.03',
        for: "10m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the answers of CoreDNS are SERVFAIL",
        description:
            "Lookups fail at random, which shows as errors of applications. Mostly the name servers " +
            "behind CoreDNS do not answer, or it cannot reach the API server.",
    },
    {
        name: "CoreDNSUpstreamsBroken",
        expression: 'sum(rate(coredns_forward_healthcheck_broken_total{job="coredns"}[5m])) > 0',
        for: "10m",
        severity: "warning",
        summary: "CoreDNS considers all of its upstream name servers broken",
        description:
            "It asks one of them at random nonetheless. Names outside of the cluster resolve late " +
            "or not at all; names of Services do.",
    },
];

/** Names are resolved: nothing on the platform finds anything else without them. */
export const coreDnsObjectives: readonly Objective[] = [
    {
        name: "dns-availability",
        percent: 99.9,
        indicator: {
            events: {
                errors: 'sum(rate(coredns_dns_responses_total{job="coredns", rcode="SERVFAIL"}[$window]))',
                total: 'sum(rate(coredns_dns_responses_total{job="coredns"}[$window]))',
            },
        },
        description: "Questions of pods for names are answered.",
        alert: "DnsErrorBudgetBurn",
        spared: {
            entirely:
                "its namespace is that of the control plane and of the network, where nothing is broken on purpose",
        },
    },
];
