/** Dashboard of InfluxDB. Pure. */
import { answering, type Dashboard, rates, slowest, sums } from "../base/dashboard";
import { INFLUXDB } from "./influxdb-manifests";

const JOB = `job="${INFLUXDB}"`;

export const influxDashboards: readonly Dashboard[] = [
    {
        name: INFLUXDB,
        title: "InfluxDB",
        purpose: "Whether series are written and read, and how long it takes.",
        rows: [
            {
                title: "Requests",
                panels: [
                    rates("Requests", `http_api_requests_total{${JOB}}`, "path, status", {
                        unit: "reqps",
                    }),
                    slowest(
                        "Slowest of a hundred",
                        `http_api_request_duration_seconds_bucket{${JOB}}`,
                        "path",
                    ),
                    sums("Not yet in files", `storage_cache_inuse_bytes{${JOB}}`, "", {
                        unit: "bytes",
                    }),
                    answering(INFLUXDB),
                ],
            },
        ],
    },
];
