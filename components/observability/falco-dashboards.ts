/** What programs did that they should not. Pure. */
import { answering, type Dashboard, lines, number, table } from "../base/dashboard";

const EVENTS = 'falcosecurity_falcosidekick_falco_events_total{job="falcosidekick"}';

/** Events by rule and place, and whether every node is watched. */
export const falcoDashboards: readonly Dashboard[] = [
    {
        name: "runtime-events",
        title: "Runtime events",
        purpose: "What programs in pods and on nodes did that they should not.",
        from: "24h",
        rows: [
            {
                title: "Events",
                panels: [
                    number("Within a day", `sum(increase(${EVENTS}[1d])) or vector(0)`, {
                        thresholds: { warning: 1, bad: 10 },
                    }),
                    lines(
                        "By priority",
                        `sum by (priority_raw) (increase(${EVENTS}[1h]))`,
                        "{{ priority_raw }}",
                    ),
                    table(
                        "Within a day, by rule and namespace",
                        `topk(30, sum by (rule, k8s_ns_name, priority_raw) (increase(${EVENTS}[1d])) > 0)`,
                    ),
                    lines(
                        "Handed on",
                        'sum by (destination, status) (rate(falcosecurity_falcosidekick_outputs_total{job="falcosidekick"}[10m]))',
                        "{{ destination }}: {{ status }}",
                        { unit: "ops" },
                    ),
                ],
            },
            {
                title: "Watchers",
                panels: [
                    answering("falco|falcosidekick"),
                    lines(
                        "System calls looked at",
                        'sum by (pod) (rate(falcosecurity_scap_n_evts_total{job="falco"}[10m]))',
                        "{{ pod }}",
                        { unit: "ops" },
                    ),
                    lines(
                        "System calls lost",
                        'sum by (pod) (rate(falcosecurity_scap_n_drops_total{job="falco"}[10m]))',
                        "{{ pod }}",
                        { unit: "ops" },
                    ),
                    lines(
                        "Events not handed on",
                        'sum by (pod) (increase(falcosecurity_falco_outputs_queue_num_drops_total{job="falco"}[1h]))',
                        "{{ pod }}",
                    ),
                ],
            },
        ],
    },
];
