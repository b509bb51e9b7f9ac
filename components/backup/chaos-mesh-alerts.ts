/** Metrics and alerts of Chaos Mesh. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";

/** Labels that the chart chaos-mesh 2.8.3 gives its pods. */
const labels = {
    "app.kubernetes.io/name": "chaos-mesh",
    "app.kubernetes.io/instance": "chaos-mesh",
} as const;
export const chaosControllerPods = {
    ...labels,
    "app.kubernetes.io/component": "controller-manager",
} as const;
export const chaosDaemonPods = {
    ...labels,
    "app.kubernetes.io/component": "chaos-daemon",
} as const;

/** Ports of the chart. */
export const chaosPorts = { webhook: 10250, metrics: 10080, daemon: 31767, daemonMetrics: 31766 };

const source = "chaos-mesh v2.8.3: pkg/metrics/chaos-controller-manager.go";

export const chaosMeshScrapes: readonly Scrape[] = [
    {
        name: "chaos-mesh",
        pods: chaosControllerPods,
        port: "http",
        number: chaosPorts.metrics,
        metrics: [
            {
                source,
                names: [
                    "chaos_controller_manager_chaos_experiments",
                    "chaos_controller_manager_chaos_schedules",
                    "chaos_controller_manager_emitted_event_total",
                ],
            },
        ],
    },
    {
        name: "chaos-daemon",
        pods: chaosDaemonPods,
        port: "http",
        number: chaosPorts.daemonMetrics,
        metrics: [
            {
                source: "chaos-mesh v2.8.3: pkg/metrics/chaos-daemon.go",
                names: ["chaos_daemon_iptables_packets", "chaos_daemon_tcs_rules"],
            },
        ],
    },
];

/** Events of one reason (controllers/utils/recorder); a series begins with its first event. */
function events(reason: string): string {
    return `chaos_controller_manager_emitted_event_total{job="chaos-mesh", reason="${reason}"}`;
}

/**
 * Whether there were such events within a while. A counter that is new there has no increase, but
 * was not there before; one that is older has.
 */
function happened(reason: string, within: string): string {
    const counter = events(reason);
    return `count((${counter} unless ${counter} offset ${within}) or (increase(${counter}[${within}]) > 0))`;
}

/** Upstream has no rules. */
export const chaosMeshAlerts: readonly Alert[] = [
    {
        name: "SteadyStateLost",
        expression:
            // The label `alertname` will be that of this alert.
            'label_replace(count by (alertname) (ALERTS{alertstate="firing", severity="critical"}), ' +
            `"lost", "$1", "alertname", "(.*)") and on () (${happened("Applied", "30m")} > 0)`,
        for: "1m",
        severity: "warning",
        summary: "{{ $labels.alertname }} fires while something is broken on purpose",
        description:
            "What was to hold did not: a replica, a probe or a budget is not what it was taken for. " +
            "docs/chaos.md says what was broken, and how to stop it.",
    },
    {
        name: "ChaosNotRun",
        expression:
            'max(chaos_controller_manager_chaos_schedules{job="chaos-mesh"}) > 0 ' +
            `unless on () (${happened("Spawned", "1h")} > 0)`,
        for: "8d",
        severity: "warning",
        summary: "No scenario has run for more than a week",
        description:
            "Each runs once a week. What the platform survives is not known any more, only hoped.",
    },
    {
        name: "ChaosFailing",
        expression: `${happened("Failed", "30m")} > 0`,
        for: "30m",
        severity: "warning",
        summary: "Chaos Mesh cannot break or mend something",
        description:
            "A scenario finds no pods, or a pod stays broken: look for what is not recovered.",
    },
    {
        name: "ChaosMeshDown",
        expression: 'absent(up{job="chaos-mesh"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "Chaos Mesh does not answer",
        description:
            "Nothing new is broken, and what is broken now is not mended until it is back.",
    },
    {
        name: "ChaosDaemonDown",
        expression: 'up{job="chaos-daemon"} == 0',
        for: "30m",
        severity: "warning",
        summary: "Chaos Mesh's daemon {{ $labels.pod }} does not answer",
        description: "Pods of its node are not broken, nor mended if they are broken now.",
    },
];
