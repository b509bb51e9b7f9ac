/** What of the network a person looks at once it is known where to look. Pure. */
import { type Dashboard, highest, lines, rates, slowest, sums, table } from "../base/dashboard";

const AGENT = 'job="cilium-agent"';
const HUBBLE = 'job="cilium-hubble"';
const OPERATOR = 'job="cilium-operator"';

/** Network policies, agents, connections of pods and addresses of load balancers. */
export const ciliumDetailDashboards: readonly Dashboard[] = [
    {
        name: "network-policies",
        title: "Network policies",
        purpose: "What policies refuse, and whether every pod is under the ones of now.",
        rows: [
            {
                title: "Refused",
                panels: [
                    rates(
                        "By policies",
                        `hubble_drop_total{${HUBBLE}, reason="POLICY_DENIED"}`,
                        "protocol",
                    ),
                    rates(
                        "For other reasons",
                        `hubble_drop_total{${HUBBLE}, reason!="POLICY_DENIED"}`,
                        "reason",
                    ),
                    rates("Requests by rule", `cilium_policy_l7_total{${AGENT}}`, "rule"),
                ],
            },
            {
                title: "Policies on the nodes",
                panels: [
                    sums(
                        "Pods by what is enforced",
                        `cilium_policy_endpoint_enforcement_status{${AGENT}}`,
                        "enforcement",
                    ),
                    highest("Policies", `cilium_policy{${AGENT}}`, "pod"),
                    rates("Changes", `cilium_policy_change_total{${AGENT}}`, "outcome"),
                    slowest(
                        "Until a change is in force",
                        `cilium_policy_implementation_delay_bucket{${AGENT}}`,
                        "",
                    ),
                ],
            },
        ],
    },
    {
        name: "network-agents",
        title: "Agents of the pod network",
        purpose: "Which agent is slow, full or far from the others.",
        rows: [
            {
                title: "Between nodes",
                panels: [
                    slowest(
                        "Slowest of a hundred probes",
                        `cilium_node_health_connectivity_latency_seconds_bucket{${AGENT}}`,
                        "pod",
                    ),
                    table(
                        "Reached",
                        `max by (pod, type, status) (cilium_node_health_connectivity_status{${AGENT}})`,
                    ),
                    rates(
                        "Errors and warnings",
                        `cilium_errors_warnings_total{${AGENT}}`,
                        "pod, level",
                    ),
                ],
            },
            {
                title: "What they keep",
                panels: [
                    sums("Pods by state", `cilium_endpoint_state{${AGENT}}`, "endpoint_state"),
                    sums(
                        "Tracked connections",
                        `cilium_datapath_conntrack_gc_entries{${AGENT}, status="alive"}`,
                        "pod",
                    ),
                    highest("Identities", `cilium_identity{${AGENT}}`, "type"),
                    rates(
                        "Controllers that fail",
                        `cilium_controllers_runs_total{${AGENT}, status="failure"}`,
                        "pod",
                    ),
                ],
            },
        ],
    },
    {
        name: "pod-connections",
        title: "Connections of pods",
        purpose: "Whether pods get their connections and the names that they look up.",
        rows: [
            {
                title: "TCP and ICMP",
                panels: [
                    rates("By flag", `hubble_tcp_flags_total{${HUBBLE}}`, "flag"),
                    lines(
                        "Refused of what was begun",
                        `sum(rate(hubble_tcp_flags_total{${HUBBLE}, flag="RST"}[$__rate_interval])) / (sum(rate(hubble_tcp_flags_total{${HUBBLE}, flag="SYN"}[$__rate_interval])) > 0)`,
                        "refused",
                        { unit: "percentunit" },
                    ),
                    rates("ICMP by type", `hubble_icmp_total{${HUBBLE}}`, "family, type"),
                ],
            },
            {
                title: "Names",
                panels: [
                    rates("Answers by code", `hubble_dns_responses_total{${HUBBLE}}`, "rcode"),
                    rates(
                        "Records in answers",
                        `hubble_dns_response_types_total{${HUBBLE}}`,
                        "type",
                    ),
                    rates(
                        "Flows that Hubble lost",
                        `hubble_lost_events_total{${HUBBLE}}`,
                        "source",
                    ),
                ],
            },
        ],
    },
    {
        name: "load-balancers",
        title: "Addresses of load balancers",
        purpose: "Which pool of addresses runs out, and which Service has none.",
        rows: [
            {
                title: "Pools",
                panels: [
                    highest("Free", `cilium_lbipam_ips_available{${OPERATOR}}`, "pool"),
                    highest("In use", `cilium_lbipam_ips_used{${OPERATOR}}`, "pool"),
                    highest("In conflict", `cilium_lbipam_conflicting_pools{${OPERATOR}}`, ""),
                ],
            },
            {
                title: "Services",
                panels: [
                    highest("That ask", `cilium_lbipam_services_matching{${OPERATOR}}`, ""),
                    highest(
                        "Without an address",
                        `cilium_lbipam_services_unsatisfied{${OPERATOR}}`,
                        "",
                    ),
                ],
            },
        ],
    },
];
