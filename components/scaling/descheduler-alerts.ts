/** Metrics, alerts and dashboard of what moves pods. Pure. */
import type { Alert } from "../base/alert";
import { answering, type Dashboard, lines } from "../base/dashboard";
import type { Scrape } from "../base/scrape";

/** Labels of the pods, as the chart descheduler 0.36.0 sets them. */
export const deschedulerPods = {
    "app.kubernetes.io/name": "descheduler",
    "app.kubernetes.io/instance": "descheduler",
} as const;

/** Name and number of the port for probes and metrics; the chart gives it no name. */
export const deschedulerPort = { name: "https-metrics", number: 10_258 } as const;

const JOB = 'job="descheduler"';

export const deschedulerScrapes: readonly Scrape[] = [
    {
        name: "descheduler",
        pods: deschedulerPods,
        port: deschedulerPort.name,
        number: deschedulerPort.number,
        https: {
            unverified: "it signs a certificate for itself each time it starts, and takes no other",
        },
        metrics: [
            {
                source: "descheduler v0.36.0: metrics/metrics.go",
                names: [
                    "descheduler_loop_duration_seconds_count",
                    "descheduler_pods_evicted_total",
                ],
            },
        ],
    },
];

const evicted = (by: string, result: string, range: string) =>
    `sum by (${by}) (increase(descheduler_pods_evicted_total{${JOB}, result${result}}[${range}]))`;

/** Upstream publishes no rules. */
export const deschedulerAlerts: readonly Alert[] = [
    {
        name: "DeschedulerDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "1h",
        severity: "warning",
        summary: "No descheduler answers: pods stay where a lost node has pushed them",
        description:
            "After a node came back, replicas may share a node or a host, and the next loss takes more of them than it must.",
    },
    {
        name: "DeschedulerDoesNothing",
        expression: `sum(increase(descheduler_loop_duration_seconds_count{${JOB}}[2h])) == 0`,
        for: "30m",
        severity: "warning",
        summary: "The descheduler has not looked at the nodes for two hours",
        description: "It answers, and nobody of its pods leads. Nothing is moved.",
    },
    {
        name: "DeschedulerEvictsAgain",
        expression: `${evicted("exported_namespace", '="success"', "6h")} > 30`,
        for: "30m",
        severity: "warning",
        summary:
            "The descheduler has moved {{ $value }} pods of {{ $labels.exported_namespace }} in six hours",
        description:
            "Where it moves them to the scheduler puts them back: they are moved again and again.",
    },
];

export const deschedulerDashboards: readonly Dashboard[] = [
    {
        name: "descheduler",
        title: "Moved pods",
        purpose: "Which pods were moved so that replicas are apart again, and by what rule.",
        from: "7d",
        rows: [
            {
                title: "Pods",
                panels: [
                    lines(
                        "Moved by namespace",
                        evicted("exported_namespace", '="success"', "1h"),
                        "{{ exported_namespace }}",
                    ),
                    lines(
                        "Moved by rule",
                        evicted("strategy", '="success"', "1h"),
                        "{{ strategy }}",
                    ),
                    lines(
                        "Not moved",
                        evicted("result, strategy", '!="success"', "1h"),
                        "{{ strategy }} {{ result }}",
                    ),
                    lines(
                        "Looks at the nodes",
                        `sum(increase(descheduler_loop_duration_seconds_count{${JOB}}[1h]))`,
                        "in an hour",
                    ),
                    answering("descheduler"),
                ],
            },
        ],
    },
];
