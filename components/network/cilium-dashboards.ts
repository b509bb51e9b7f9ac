/** The pod network. Pure. */
import { answering, type Dashboard, lines, number, table } from "../base/dashboard";

const AGENT = 'job="cilium-agent"';
const HUBBLE = 'job="cilium-hubble"';
const OPERATOR = 'job="cilium-operator"';

/** Agents, what they drop, and addresses of load balancers. */
export const ciliumDashboards: readonly Dashboard[] = [
    {
        name: "pod-network",
        title: "Pod network",
        purpose: "Whether every node has its network, what is dropped and what is nearly full.",
        rows: [
            {
                title: "Agents",
                panels: [
                    number("Agents that do not answer", `count(up{${AGENT}} == 0) or vector(0)`, {
                        thresholds: { warning: 1, bad: 2 },
                        overview: true,
                    }),
                    table(
                        "Agents that reach no other",
                        `max by (pod) (cilium_node_health_connectivity_status{${AGENT}, status="unreachable"}) > 0`,
                    ),
                    lines(
                        "Endpoints that could not be programmed",
                        `sum by (pod) (rate(cilium_endpoint_regenerations_total{${AGENT}, outcome="fail"}[10m]))`,
                        "{{ pod }}",
                        { unit: "ops" },
                    ),
                ],
            },
            {
                title: "Traffic",
                panels: [
                    lines(
                        "Forwarded",
                        `sum by (direction) (rate(cilium_forward_bytes_total{${AGENT}}[$__rate_interval]))`,
                        "{{ direction }}",
                        { unit: "Bps" },
                    ),
                    lines(
                        "Dropped by reason",
                        `sum by (reason) (rate(cilium_drop_count_total{${AGENT}}[$__rate_interval]))`,
                        "{{ reason }}",
                        { unit: "ops" },
                    ),
                    lines(
                        "Fullest maps",
                        `topk(5, max by (map_name) (cilium_bpf_map_pressure{${AGENT}}))`,
                        "{{ map_name }}",
                        { unit: "percentunit" },
                    ),
                ],
            },
            {
                title: "Load balancers and operator",
                panels: [
                    lines(
                        "Free addresses",
                        `min by (pool) (cilium_lbipam_ips_available{${OPERATOR}})`,
                        "{{ pool }}",
                    ),
                    number(
                        "Services without an address",
                        `max(cilium_lbipam_services_unsatisfied{${OPERATOR}})`,
                        { thresholds: { warning: 1, bad: 1 } },
                    ),
                    answering("cilium-agent|cilium-envoy|cilium-operator|hubble-relay"),
                ],
            },
        ],
    },
    {
        name: "flows",
        title: "Flows",
        purpose: "What pods say to each other, and which policy or fault stops it.",
        rows: [
            {
                title: "Hubble",
                panels: [
                    lines(
                        "Flows by verdict",
                        `sum by (verdict) (rate(hubble_flows_processed_total{${HUBBLE}}[$__rate_interval]))`,
                        "{{ verdict }}",
                        { unit: "ops" },
                    ),
                    lines(
                        "Dropped by reason",
                        `sum by (reason, protocol) (rate(hubble_drop_total{${HUBBLE}}[$__rate_interval]))`,
                        "{{ reason }} ({{ protocol }})",
                        { unit: "ops" },
                    ),
                    lines(
                        "Questions for names",
                        `sum by (qtypes) (rate(hubble_dns_queries_total{${HUBBLE}}[$__rate_interval]))`,
                        "{{ qtypes }}",
                        { unit: "ops" },
                    ),
                ],
            },
        ],
    },
];
