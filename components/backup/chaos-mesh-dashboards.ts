/** What is broken on purpose now, and whether it ran. Pure. */
import { answering, type Dashboard, lines, number, table } from "../base/dashboard";

const EXPERIMENTS = 'chaos_controller_manager_chaos_experiments{job="chaos-mesh"}';
const EVENTS = 'chaos_controller_manager_emitted_event_total{job="chaos-mesh"}';

export const chaosMeshDashboards: readonly Dashboard[] = [
    {
        name: "chaos",
        title: "Chaos",
        purpose: "What is broken on purpose, and whether it was mended.",
        from: "7d",
        rows: [
            {
                title: "Experiments",
                panels: [
                    number(
                        "Scenarios on a schedule",
                        'max(chaos_controller_manager_chaos_schedules{job="chaos-mesh"}) or vector(0)',
                    ),
                    table("By kind and phase", `max by (kind, phase) (${EXPERIMENTS}) > 0`),
                    lines(
                        "Events",
                        `sum by (reason) (increase(${EVENTS}[1h])) > 0`,
                        "{{ reason }}",
                    ),
                ],
            },
            {
                title: "What is in place on nodes",
                panels: [
                    answering("chaos-mesh|chaos-daemon"),
                    lines(
                        "Packets dropped in pods",
                        'sum by (pod) (rate(chaos_daemon_iptables_packets{job="chaos-daemon"}[5m]))',
                        "{{ pod }}",
                        { unit: "ops" },
                    ),
                    lines(
                        "Traffic rules in pods",
                        'sum by (pod) (chaos_daemon_tcs_rules{job="chaos-daemon"})',
                        "{{ pod }}",
                    ),
                ],
            },
        ],
    },
];
