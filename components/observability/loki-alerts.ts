/** Metrics and alerts of Loki. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { lokiLabels, lokiPorts } from "./loki-values";

export const lokiScrapes: readonly Scrape[] = [
    {
        name: "loki",
        pods: lokiLabels,
        port: "http-metrics",
        number: lokiPorts.http,
        metrics: [
            {
                source: "loki v3.7.6: pkg/ingester/metrics.go",
                names: [
                    "loki_ingester_chunks_flush_failures_total",
                    "loki_ingester_chunks_flush_requests_total",
                    "loki_ingester_wal_disk_full_failures_total",
                ],
            },
            {
                source: "loki v3.7.6: pkg/compactor/metrics.go",
                names: ["loki_compactor_apply_retention_last_successful_run_timestamp_seconds"],
            },
            {
                source: "loki v3.7.6: pkg/validation/validate.go",
                names: ["loki_discarded_samples_total"],
            },
            {
                source: "loki v3.7.6: pkg/loki/loki.go, metrics of dskit's server",
                names: ["loki_request_duration_seconds_count"],
            },
        ],
    },
];

/** Names as in upstream's mixin (loki v3.7.6: production/loki-mixin/alerts.libsonnet) where it has one. */
export const lokiAlerts: readonly Alert[] = [
    {
        name: "LokiDown",
        expression:
            // Also where the others are not even there to be asked.
            'count(up{job="loki"} == 1) < 2 and max_over_time(count(up{job="loki"})[1d:5m]) > 2 ' +
            'or absent(up{job="loki"} == 1)',
        for: "10m",
        severity: "critical",
        summary: "Loki takes no logs",
        description:
            "Fewer replicas answer than each line needs. Collectors keep lines on the disks of the " +
            "nodes, which lasts for hours, and nobody can look anything up.",
    },
    {
        name: "LokiReplicaDown",
        expression: 'up{job="loki"} == 0',
        for: "15m",
        severity: "warning",
        summary: "Loki {{ $labels.pod }} does not answer",
        description: "Lines are written to the other replicas; when one more goes, to none.",
    },
    {
        name: "LokiRequestErrors",
        expression:
            'sum by (route) (rate(loki_request_duration_seconds_count{job="loki", status_code=~"5.."}[5m])) ' +
            '/ sum by (route) (rate(loki_request_duration_seconds_count{job="loki"}[5m])) > 0.1',
        for: "15m",
        severity: "warning",
        summary:
            "Loki fails at {{ $value | humanizePercentage }} of the requests for {{ $labels.route }}",
        description:
            "Where the route is a push, collectors try again and their buffers fill; where it is a " +
            "query, people see errors.",
    },
    {
        name: "LokiFlushFailing",
        expression:
            'sum(rate(loki_ingester_chunks_flush_failures_total{job="loki"}[10m])) ' +
            '/ sum(rate(loki_ingester_chunks_flush_requests_total{job="loki"}[10m])) > 0.2',
        for: "30m",
        severity: "warning",
        summary: "Loki cannot write {{ $value | humanizePercentage }} of its chunks to the bucket",
        description:
            "The bucket is full or the object store does not answer. Lines stay in memory and on " +
            "the volumes, which hold hours of them.",
    },
    {
        name: "LokiWriteAheadLogFull",
        expression:
            'sum by (pod) (increase(loki_ingester_wal_disk_full_failures_total{job="loki"}[10m])) > 0',
        for: "5m",
        severity: "warning",
        summary: "The volume of Loki {{ $labels.pod }} is full",
        description:
            "It still takes lines, but only into its memory: those not yet in the bucket are lost " +
            "when the pod restarts.",
    },
    {
        name: "LokiLinesRefused",
        expression: 'sum by (reason) (increase(loki_discarded_samples_total{job="loki"}[15m])) > 0',
        for: "15m",
        severity: "warning",
        summary: "Loki refuses lines: {{ $labels.reason }}",
        description:
            "Lines are over a limit. For rates collectors try again; lines that are too old or " +
            "streams with too many labels are lost.",
    },
    {
        name: "LokiRetentionNotRunning",
        expression:
            'time() - max(loki_compactor_apply_retention_last_successful_run_timestamp_seconds{job="loki"}) > 21600',
        for: "1h",
        severity: "warning",
        summary: "Loki has deleted no old logs for {{ $value | humanizeDuration }}",
        description:
            "Logs are kept longer than promised, and the bucket fills. The compactor runs in one of " +
            "the replicas.",
    },
];
