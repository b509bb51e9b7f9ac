/** Metrics and alerts of Falco and falcosidekick. What Falco notices goes to Alertmanager by itself. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";

/** Labels as the charts falco 9.1.0 and falcosidekick 0.14.0 set them. */
export const falcoPods = {
    "app.kubernetes.io/name": "falco",
    "app.kubernetes.io/instance": "falco",
} as const;
export const falcosidekickPods = {
    "app.kubernetes.io/name": "falcosidekick",
    "app.kubernetes.io/instance": "falcosidekick",
} as const;

export const falcoPorts = { falco: 8765, falcosidekick: 2801 } as const;

export const falcoScrapes: readonly Scrape[] = [
    {
        name: "falco",
        pods: falcoPods,
        port: "web",
        number: falcoPorts.falco,
        metrics: [
            {
                source: "falco 0.44.1: userspace/falco/falco_metrics.cpp",
                names: [
                    "falcosecurity_falco_outputs_queue_num_drops_total",
                    "falcosecurity_scap_n_drops_total",
                    "falcosecurity_scap_n_evts_total",
                ],
            },
        ],
    },
    {
        name: "falcosidekick",
        pods: falcosidekickPods,
        port: "http",
        number: falcoPorts.falcosidekick,
        metrics: [
            {
                source: "falcosidekick 2.32.0: stats_prometheus.go",
                names: [
                    "falcosecurity_falcosidekick_falco_events_total",
                    "falcosecurity_falcosidekick_outputs_total",
                ],
            },
        ],
    },
];

const DROPS = 'rate(falcosecurity_scap_n_drops_total{job="falco"}[10m])';
const EVENTS = 'rate(falcosecurity_scap_n_evts_total{job="falco"}[10m])';
const TOLD = 'priority_raw=~"warning|error|critical|alert|emergency"';

export const falcoAlerts: readonly Alert[] = [
    {
        name: "FalcoDown",
        expression: 'absent(up{job="falco"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "No Falco answers",
        description: "Nobody notices what programs in pods and on nodes do that they should not.",
    },
    {
        name: "FalcoAgentMissing",
        expression: 'count(up{job="cilium-agent"}) - count(up{job="falco"} == 1) > 0',
        for: "15m",
        severity: "warning",
        summary: "{{ $value }} nodes have no Falco that answers",
        description: "What programs do on these nodes is not watched.",
    },
    {
        name: "FalcoEventsDropped",
        expression: `sum by (pod) (${DROPS}) / (sum by (pod) (${EVENTS}) > 0) > 0.01`,
        for: "30m",
        severity: "warning",
        summary:
            "Falco in {{ $labels.pod }} loses {{ $value | humanizePercentage }} of what happens",
        description:
            "The kernel hands it more than it can look at. What is lost is not judged, and whoever " +
            "wants to hide something makes noise like this.",
    },
    {
        name: "FalcoOutputsDropped",
        expression:
            'sum by (pod) (increase(falcosecurity_falco_outputs_queue_num_drops_total{job="falco"}[15m])) > 0',
        for: "5m",
        severity: "warning",
        summary: "Falco in {{ $labels.pod }} has noticed something and could not hand it on",
        description:
            "falcosidekick does not take events as fast as they come. Those that are lost stand in the " +
            "log of the pod at best.",
    },
    {
        name: "FalcosidekickDown",
        expression: 'absent(up{job="falcosidekick"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "No falcosidekick answers",
        description:
            "What Falco notices stands in its logs alone: no alert is sent, neither that somebody has " +
            "a shell in a pod nor that a Secret was read.",
        explains: [{ alerts: ["FalcoOutputsDropped"] }],
    },
    {
        name: "FalcosidekickNotSending",
        expression:
            'sum by (destination) (rate(falcosecurity_falcosidekick_outputs_total{job="falcosidekick", status="error"}[10m])) > 0',
        for: "10m",
        severity: "warning",
        summary: "falcosidekick cannot hand events on to {{ $labels.destination }}",
        description:
            "It tries each event once. Those that Alertmanager does not take are no alerts, and those " +
            "that Loki does not take are found in the logs of Falco alone.",
    },
    {
        name: "FalcoRuleNoisy",
        expression: `sum by (rule) (increase(falcosecurity_falcosidekick_falco_events_total{job="falcosidekick", ${TOLD}}[1d])) > 10`,
        for: "1h",
        severity: "warning",
        summary: "The rule {{ $labels.rule }} of Falco has fired {{ $value }} times within a day",
        description:
            "Either something is going on, or something is allowed and no exception says so. Nobody " +
            "looks at an alarm that always rings.",
    },
];
