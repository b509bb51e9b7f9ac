/** Metrics and alerts of Thanos. Pure. */
import type { Alert } from "../base/alert";
import type { MetricSource, Scrape } from "../base/scrape";
import { monitoringPorts } from "../../operators/prometheus-operator";
import { stackPods } from "./kube-prometheus-stack-values";
import { thanosPods, thanosPorts } from "./thanos-values";

/** thanos v0.42.4 takes this version of the library of buckets in its go.mod. */
const bucket: MetricSource = {
    source: "thanos-io/objstore v0.0.0-20250804093838-71d60dfee488: objstore.go, newMetrics",
    names: [
        "thanos_objstore_bucket_operation_failures_total",
        "thanos_objstore_bucket_operations_total",
    ],
};

export const thanosScrapes: readonly Scrape[] = [
    {
        name: "thanos-query",
        pods: thanosPods.query,
        port: "http",
        number: thanosPorts.query,
        metrics: [
            {
                source: "thanos v0.42.4: pkg/query/endpointset.go",
                names: ["thanos_store_nodes_grpc_connections"],
            },
        ],
    },
    {
        name: "thanos-query-frontend",
        pods: thanosPods.frontend,
        port: "http",
        number: thanosPorts.query,
        metrics: [
            {
                source: "thanos v0.42.4: pkg/extprom/http/metrics.go",
                names: ["http_requests_total"],
            },
        ],
    },
    {
        name: "thanos-store",
        pods: thanosPods.store,
        port: "http",
        number: thanosPorts.http,
        metrics: [
            {
                source: "thanos v0.42.4: pkg/store/bucket.go",
                names: ["thanos_bucket_store_blocks_loaded"],
            },
            bucket,
        ],
    },
    {
        name: "thanos-compact",
        pods: thanosPods.compactor,
        port: "http",
        number: thanosPorts.http,
        metrics: [
            {
                source: "thanos v0.42.4: cmd/thanos/compact.go",
                names: ["thanos_compact_halted", "thanos_compact_iterations_total"],
            },
            bucket,
        ],
    },
    {
        name: "thanos-sidecar",
        pods: stackPods.prometheus,
        // The operator's name for the port of the sidecar.
        port: "http",
        number: monitoringPorts.thanosHttp,
        metrics: [
            {
                source: "thanos v0.42.4: pkg/shipper/shipper.go",
                names: ["thanos_shipper_upload_failures_total", "thanos_shipper_uploads_total"],
            },
            {
                source: "thanos v0.42.4: cmd/thanos/sidecar.go",
                names: ["thanos_sidecar_prometheus_up"],
            },
        ],
    },
];

/** Names as in upstream's mixin (thanos v0.42.4: mixin/alerts) where it has one. */
export const thanosAlerts: readonly Alert[] = [
    {
        name: "ThanosQueryDown",
        expression:
            'absent(up{job="thanos-query"} == 1) or absent(up{job="thanos-query-frontend"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "Dashboards show no metrics",
        description:
            "Nobody answers for metrics of all times. Prometheus goes on collecting, and alerts go " +
            "on firing: they ask Prometheus itself.",
        explains: [{ alerts: ["ThanosQueryErrors"] }],
    },
    {
        name: "ThanosQueryErrors",
        expression:
            'sum(rate(http_requests_total{job="thanos-query-frontend", code=~"5.."}[5m])) ' +
            '/ sum(rate(http_requests_total{job="thanos-query-frontend"}[5m])) > 0.05',
        for: "15m",
        severity: "warning",
        summary: "Thanos fails at {{ $value | humanizePercentage }} of the questions",
        description: "Dashboards show errors, or only what one Prometheus holds.",
    },
    {
        name: "ThanosQuerySourceMissing",
        expression:
            'min(sum by (pod) (thanos_store_nodes_grpc_connections{job="thanos-query"})) ' +
            '< count(up{job="thanos-sidecar"}) + 1',
        for: "15m",
        severity: "warning",
        summary: "Thanos reaches only {{ $value }} sources of metrics",
        description:
            "A Prometheus or the store of the bucket is not asked: graphs have gaps, or end 30 days ago.",
    },
    {
        name: "ThanosStoreDown",
        expression: 'absent(up{job="thanos-store"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "Metrics older than 30 days cannot be asked for",
        description: "Nobody reads the bucket. What is in it stays, and new blocks are uploaded.",
    },
    {
        name: "ThanosStoreBucketOperationsFailing",
        expression:
            'sum(rate(thanos_objstore_bucket_operation_failures_total{job="thanos-store"}[5m])) ' +
            '/ sum(rate(thanos_objstore_bucket_operations_total{job="thanos-store"}[5m])) > 0.05',
        for: "15m",
        severity: "warning",
        summary: "Thanos fails at {{ $value | humanizePercentage }} of what it reads of the bucket",
        description: "Graphs of more than 30 days show errors.",
    },
    {
        name: "ThanosSidecarNoConnectionToPrometheus",
        expression: 'thanos_sidecar_prometheus_up{job="thanos-sidecar"} == 0',
        for: "15m",
        severity: "warning",
        summary: "The sidecar of {{ $labels.pod }} does not reach its Prometheus",
        description: "Nothing of this server is shown or uploaded; the other one has the same.",
    },
    {
        name: "ThanosSidecarUploadsFailing",
        expression:
            'sum by (pod) (increase(thanos_shipper_upload_failures_total{job="thanos-sidecar"}[3h])) > 0',
        for: "3h",
        severity: "warning",
        summary: "{{ $labels.pod }} cannot upload its metrics",
        description:
            "Blocks of two hours stay on its volume. After 30 days, or when the volume is full, they " +
            "are deleted there and missing in the bucket.",
    },
    {
        name: "ThanosSidecarNotUploading",
        expression:
            'sum by (pod) (increase(thanos_shipper_uploads_total{job="thanos-sidecar"}[6h])) == 0',
        for: "1h",
        severity: "warning",
        summary: "{{ $labels.pod }} has uploaded nothing for six hours",
        description: "Every two hours a block is due. What stays away is missing in the bucket.",
    },
    {
        name: "ThanosCompactHalted",
        expression: 'max(thanos_compact_halted{job="thanos-compact"}) == 1',
        for: "5m",
        severity: "warning",
        summary: "Thanos' compactor has stopped for good",
        description:
            "It met blocks that it does not dare to touch. Nothing old is deleted, the bucket fills, " +
            "and questions over months get slower.",
        explains: [{ alerts: ["ThanosCompactNotRunning"] }],
    },
    {
        name: "ThanosCompactNotRunning",
        expression:
            'sum(increase(thanos_compact_iterations_total{job="thanos-compact"}[12h])) < 1 ' +
            'or absent(up{job="thanos-compact"} == 1)',
        for: "6h",
        severity: "warning",
        summary: "Thanos has compacted nothing for hours",
        description: "Nothing old is deleted, and questions over months get slower.",
    },
];
