/** Metrics and alerts of InfluxDB; upstream publishes no rules. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { INFLUXDB, influxPods, influxPort } from "./influxdb-manifests";

export const influxScrapes: readonly Scrape[] = [
    {
        name: INFLUXDB,
        pods: influxPods,
        port: "http",
        number: influxPort,
        metrics: [
            {
                source: "influxdb v2.9.1: http/handler.go, kit/transport/http/middleware.go (answers of 200 and of 500 on alone)",
                names: ["http_api_request_duration_seconds_bucket", "http_api_requests_total"],
            },
            {
                source: "influxdb v2.9.1: tsdb/engine/tsm1/cache.go",
                names: ["storage_cache_inuse_bytes"],
            },
        ],
    },
];

const JOB = `job="${INFLUXDB}"`;
const requests = (matchers = "") => `sum(rate(http_api_requests_total{${JOB}${matchers}}[15m]))`;

export const influxAlerts: readonly Alert[] = [
    {
        name: "InfluxDbDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "10m",
        severity: "warning",
        summary: "InfluxDB does not answer",
        description:
            "Nobody writes series or reads them. What a writer does not keep itself is lost for that time.",
        explains: [{ alerts: ["InfluxDbRequestsFailing"] }],
    },
    {
        name: "InfluxDbRequestsFailing",
        expression: `${requests(', status="5XX"')} / (${requests()} > 0) > 0.1`,
        for: "15m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the requests to InfluxDB fail",
        description: "Its volume is full or slow, or a query wants more memory than there is.",
    },
];
