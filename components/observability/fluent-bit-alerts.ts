/** Metrics, alerts and dashboards of Fluent Bit. Pure. */
import type { Alert } from "../base/alert";
import { answering, type Dashboard, rates } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { fluentBitPorts } from "./fluent-bit-config";

/** Labels as the chart fluent-bit 0.58.1 sets them. */
export const fluentBitPods = {
    "app.kubernetes.io/name": "fluent-bit",
    "app.kubernetes.io/instance": "fluent-bit",
} as const;

const JOB = 'job="fluent-bit"';

export const fluentBitScrapes: readonly Scrape[] = [
    {
        name: "fluent-bit",
        pods: fluentBitPods,
        port: "http",
        number: fluentBitPorts.metrics,
        path: "/api/v2/metrics/prometheus",
        metrics: [
            {
                source: "fluent-bit v5.1.1: src/flb_input.c, src/flb_output.c",
                names: [
                    "fluentbit_input_records_total",
                    "fluentbit_output_dropped_records_total",
                    "fluentbit_output_errors_total",
                    "fluentbit_output_proc_records_total",
                    "fluentbit_output_retries_total",
                ],
            },
        ],
    },
];

export const fluentBitAlerts: readonly Alert[] = [
    {
        name: "FluentBitDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "10m",
        severity: "warning",
        summary: "No Fluent Bit answers",
        description:
            "What services and kernels of the machines write is kept nowhere but on the machines, " +
            "which forget it when they restart.",
    },
    {
        name: "FluentBitAgentMissing",
        expression: `count(up{job="cilium-agent"}) - count(up{${JOB}} == 1) > 0`,
        for: "15m",
        severity: "warning",
        summary: "{{ $value }} nodes have no Fluent Bit that answers",
        description: "What these machines write is kept nowhere else.",
    },
    {
        name: "FluentBitLinesDropped",
        expression: `sum by (pod, name) (increase(fluentbit_output_dropped_records_total{${JOB}}[15m])) > 0`,
        for: "5m",
        severity: "warning",
        summary: "Fluent Bit in {{ $labels.pod }} has thrown lines away at {{ $labels.name }}",
        description: "Its buffer was full, or a store refused them. They are nowhere else.",
    },
    {
        name: "FluentBitSilent",
        expression: `sum(increase(fluentbit_input_records_total{${JOB}, name="tcp.0"}[1h])) == 0`,
        for: "1h",
        severity: "warning",
        summary: "No machine has written a line for an hour",
        description:
            "Machines write all the time: they are not told to send what they write, or it does not arrive.",
    },
];

export const fluentBitDashboards: readonly Dashboard[] = [
    {
        name: "machine-logs",
        title: "Logs of machines",
        purpose: "Whether every machine sends what it writes, and whether that gets on.",
        rows: [
            {
                title: "Lines",
                panels: [
                    rates("In", `fluentbit_input_records_total{${JOB}, name="tcp.0"}`, "pod"),
                    rates("Out", `fluentbit_output_proc_records_total{${JOB}}`, "name"),
                    rates("Thrown away", `fluentbit_output_dropped_records_total{${JOB}}`, "name"),
                ],
            },
            {
                title: "Troubles",
                panels: [
                    rates("Tried again", `fluentbit_output_retries_total{${JOB}}`, "name"),
                    rates("Errors", `fluentbit_output_errors_total{${JOB}}`, "name"),
                    answering("fluent-bit"),
                ],
            },
        ],
    },
];
