/** Metrics, alerts and dashboards of Fluentd. Pure. */
import type { Alert } from "../base/alert";
import { answering, type Dashboard, highest, lines, rates } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { fluentdPorts } from "./fluentd-config";

/** Labels as the chart fluentd 0.6.0 sets them. */
export const fluentdPods = {
    "app.kubernetes.io/name": "fluentd",
    "app.kubernetes.io/instance": "fluentd",
} as const;

const JOB = 'job="fluentd"';

export const fluentdScrapes: readonly Scrape[] = [
    {
        name: "fluentd",
        pods: fluentdPods,
        port: "metrics",
        number: fluentdPorts.metrics,
        metrics: [
            {
                source: "fluent-plugin-prometheus v2.2.1: lib/fluent/plugin/in_prometheus_output_monitor.rb",
                names: [
                    "fluentd_output_status_buffer_available_space_ratio",
                    "fluentd_output_status_buffer_queue_length",
                    "fluentd_output_status_buffer_total_bytes",
                    "fluentd_output_status_emit_records",
                    "fluentd_output_status_num_errors",
                    "fluentd_output_status_retry_count",
                    "fluentd_output_status_write_count",
                ],
            },
        ],
    },
];

export const fluentdAlerts: readonly Alert[] = [
    {
        name: "FluentdDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "10m",
        severity: "warning",
        summary: "No Fluentd answers",
        description:
            "What machines and Proxmox hosts write does not reach Elasticsearch. Fluent Bit keeps some " +
            "of it on each node, and the hosts keep their own journal.",
    },
    {
        name: "FluentdBufferFilling",
        expression: `min by (pod, plugin_id) (fluentd_output_status_buffer_available_space_ratio{${JOB}}) < 50`,
        for: "15m",
        severity: "warning",
        summary:
            "{{ $labels.plugin_id }} of Fluentd in {{ $labels.pod }} has filled half of its buffer",
        description:
            "A store does not take lines, or too slowly. When the buffer is full nothing more is taken in.",
    },
    {
        name: "FluentdNotSending",
        expression:
            `sum by (pod, plugin_id) (increase(fluentd_output_status_num_errors{${JOB}}[15m])) > 0 ` +
            `unless sum by (pod, plugin_id) (increase(fluentd_output_status_write_count{${JOB}}[15m])) ` +
            `> sum by (pod, plugin_id) (increase(fluentd_output_status_num_errors{${JOB}}[15m]))`,
        for: "15m",
        severity: "warning",
        summary: "{{ $labels.plugin_id }} of Fluentd in {{ $labels.pod }} fails more than it sends",
        description: "Lines collect in its buffer until it is full.",
    },
];

export const fluentdDashboards: readonly Dashboard[] = [
    {
        name: "log-aggregation",
        title: "Logs of machines and hosts",
        purpose: "Whether what machines and Proxmox hosts write reaches the stores.",
        rows: [
            {
                title: "Fluentd",
                panels: [
                    rates("Lines", `fluentd_output_status_emit_records{${JOB}}`, "plugin_id"),
                    rates("Failures", `fluentd_output_status_num_errors{${JOB}}`, "plugin_id"),
                    highest("Tries", `fluentd_output_status_retry_count{${JOB}}`, "plugin_id"),
                    answering("fluentd"),
                ],
            },
            {
                title: "Buffers",
                panels: [
                    highest(
                        "Size",
                        `fluentd_output_status_buffer_total_bytes{${JOB}}`,
                        "pod, plugin_id",
                        { unit: "bytes" },
                    ),
                    lines(
                        "Free",
                        `min by (pod, plugin_id) (fluentd_output_status_buffer_available_space_ratio{${JOB}}) / 100`,
                        "{{ pod }} {{ plugin_id }}",
                        { unit: "percentunit" },
                    ),
                    highest(
                        "Pieces that wait",
                        `fluentd_output_status_buffer_queue_length{${JOB}}`,
                        "pod, plugin_id",
                    ),
                ],
            },
        ],
    },
];
