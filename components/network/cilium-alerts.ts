/** Metrics and alerts of Cilium with Hubble. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";

/**
 * Ports and labels as in the chart cilium 1.20.0 (templates of cilium-agent, cilium-envoy,
 * cilium-operator and hubble-relay). Agents, Envoy and operators are on the network of their nodes:
 * the nodes' firewall lets pods reach 9962 to 9965.
 */
export const ciliumScrapes: readonly Scrape[] = [
    {
        name: "cilium-agent",
        pods: { "k8s-app": "cilium" },
        port: "prometheus",
        number: 9962,
        hostNetwork: true,
        metrics: [
            {
                source: "cilium v1.20.0: pkg/metrics/metrics.go",
                names: [
                    "cilium_bpf_map_pressure",
                    "cilium_drop_count_total",
                    "cilium_endpoint_regenerations_total",
                    "cilium_forward_bytes_total",
                    "cilium_node_health_connectivity_status",
                ],
            },
        ],
    },
    {
        name: "cilium-hubble",
        pods: { "k8s-app": "cilium" },
        port: "hubble-metrics",
        number: 9965,
        hostNetwork: true,
        // For dashboards: what is dropped follows from policies and from whoever knocks.
        metrics: [
            {
                source: "cilium v1.20.0: pkg/hubble/metrics",
                names: [
                    "hubble_dns_queries_total",
                    "hubble_drop_total",
                    "hubble_flows_processed_total",
                ],
            },
        ],
    },
    {
        name: "cilium-envoy",
        pods: { "k8s-app": "cilium-envoy" },
        port: "envoy-metrics",
        number: 9964,
        hostNetwork: true,
        metrics: [],
    },
    {
        name: "cilium-operator",
        pods: { "io.cilium/app": "operator", name: "cilium-operator" },
        port: "prometheus",
        number: 9963,
        hostNetwork: true,
        metrics: [
            {
                source: "cilium v1.20.0: operator/pkg/lbipam/metrics.go",
                names: ["cilium_lbipam_ips_available", "cilium_lbipam_services_unsatisfied"],
            },
        ],
    },
    {
        name: "hubble-relay",
        pods: { "k8s-app": "hubble-relay" },
        port: "prometheus",
        number: 9966,
        metrics: [],
    },
];

/** The project publishes no rules; what is watched follows its page "Monitoring & Metrics". */
export const ciliumAlerts: readonly Alert[] = [
    {
        name: "CiliumAgentsDown",
        expression:
            'count(up{job="cilium-agent"} == 1) / count(up{job="cilium-agent"}) < 0.5 ' +
            'or absent(up{job="cilium-agent"} == 1)',
        for: "5m",
        severity: "critical",
        summary: "More than half of the Cilium agents do not answer",
        description:
            "On most nodes nobody programs the pod network: pods that start or move get no " +
            "connection, Services lead to pods that are gone, and network policies stand still.",
        explains: [{ alerts: ["CiliumAgentDown", "CiliumNodeUnreachable"] }],
    },
    {
        name: "CiliumAgentDown",
        expression: 'up{job=~"cilium-agent|cilium-envoy"} == 0',
        for: "10m",
        severity: "warning",
        summary: "{{ $labels.job }} does not answer on {{ $labels.instance }}",
        description:
            "Pod {{ $labels.pod }} has not answered for 10 minutes. Established connections of its " +
            "node go on; new pods there do not start, and Services and policies stand still.",
    },
    {
        name: "CiliumOperatorDown",
        expression: 'absent(up{job="cilium-operator"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "No Cilium operator answers",
        description:
            "Services of type LoadBalancer get no address, identities that nobody uses are not " +
            "removed, and a new node may not join the pod network.",
    },
    {
        name: "CiliumNodeUnreachable",
        expression:
            "max by (pod) (cilium_node_health_connectivity_status" +
            '{job="cilium-agent", status="unreachable"}) > 0',
        for: "15m",
        severity: "warning",
        summary: "Cilium agent {{ $labels.pod }} cannot reach {{ $value }} nodes or their pods",
        description:
            "The health probes between agents fail, over ICMP, HTTP or both. Pods of these nodes " +
            "probably cannot reach each other either.",
    },
    {
        name: "CiliumEndpointRegenerationFailing",
        expression:
            "sum by (pod) (rate(cilium_endpoint_regenerations_total" +
            '{job="cilium-agent", outcome="fail"}[10m])) > 0',
        for: "20m",
        severity: "warning",
        summary: "Cilium agent {{ $labels.pod }} cannot program pods of its node",
        description:
            "Regeneration of endpoints keeps failing. Their pods run with the network policies of " +
            "an earlier time, or with none of the connections that they need.",
    },
    {
        name: "CiliumMapPressure",
        expression: 'max by (pod, map_name) (cilium_bpf_map_pressure{job="cilium-agent"}) > 0.9',
        for: "15m",
        severity: "warning",
        summary: "BPF map {{ $labels.map_name }} of {{ $labels.pod }} is nearly full",
        description:
            "{{ $value | humanizePercentage }} of its entries are taken. At 100 percent the agent " +
            "cannot write new connections, Services or policies into it and packets are dropped.",
    },
];
