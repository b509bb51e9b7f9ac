/** Thanos. Pure. */
import { answering, type Dashboard, lines, number } from "../base/dashboard";

const SIDECAR = 'job="thanos-sidecar"';
const COMPACT = 'job="thanos-compact"';

/** Whether metrics reach the bucket, are kept small there, and can be asked for. */
export const thanosDashboards: readonly Dashboard[] = [
    {
        name: "thanos",
        title: "Thanos",
        purpose: "Whether metrics reach the bucket, and can be asked for over a year.",
        rows: [
            {
                title: "Questions",
                panels: [
                    lines(
                        "Questions by code",
                        'sum by (code) (rate(http_requests_total{job="thanos-query-frontend"}[$__rate_interval]))',
                        "{{ code }}",
                        { unit: "reqps" },
                    ),
                    lines(
                        "Sources of metrics",
                        'sum by (pod) (thanos_store_nodes_grpc_connections{job="thanos-query"})',
                        "{{ pod }}",
                    ),
                    answering("thanos-query|thanos-query-frontend|thanos-store"),
                ],
            },
            {
                title: "Uploads",
                panels: [
                    number(
                        "Blocks uploaded in a day",
                        `sum(increase(thanos_shipper_uploads_total{${SIDECAR}}[1d]))`,
                    ),
                    number(
                        "Uploads that failed in a day",
                        `sum(increase(thanos_shipper_upload_failures_total{${SIDECAR}}[1d]))`,
                        { thresholds: { warning: 1, bad: 10 } },
                    ),
                    answering("thanos-sidecar"),
                ],
            },
            {
                title: "Bucket",
                panels: [
                    number("Compactor has stopped", `max(thanos_compact_halted{${COMPACT}})`, {
                        thresholds: { warning: 1, bad: 1 },
                    }),
                    lines(
                        "Blocks that can be asked for",
                        'max(thanos_bucket_store_blocks_loaded{job="thanos-store"})',
                        "blocks",
                    ),
                    lines(
                        "Failures at the bucket",
                        "sum by (job, operation) (rate(thanos_objstore_bucket_operation_failures_total[$__rate_interval]))",
                        "{{ job }} {{ operation }}",
                        { unit: "ops" },
                    ),
                    answering("thanos-compact"),
                ],
            },
        ],
    },
];
