/** Metrics, alerts and dashboard of Feast; upstream publishes no rules. Pure. */
import type { Alert } from "../base/alert";
import { answering, type Dashboard, rates, slowest } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { feastPods, feastPorts } from "./feast-objects";

/** The servers of features; that of definitions tells none. */
export const feastScrapes: readonly Scrape[] = [
    {
        name: "feast",
        pods: feastPods,
        port: "metrics",
        number: feastPorts.metrics,
        metrics: [
            {
                source: "feast v0.66.0: sdk/python/feast/metrics.py",
                names: [
                    "feast_feature_server_request_latency_seconds_bucket",
                    "feast_feature_server_request_total",
                    "feast_online_features_status_total",
                ],
            },
        ],
    },
];

const JOB = 'job="feast"';
const requests = (matchers = "") =>
    `sum(rate(feast_feature_server_request_total{${JOB}${matchers}}[15m]))`;

export const feastAlerts: readonly Alert[] = [
    {
        name: "FeastDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "10m",
        severity: "critical",
        summary: "No server of features answers",
        description:
            "Models that ask for features before they answer cannot answer. Features and their " +
            "definitions are in the database.",
    },
    {
        name: "FeastRequestsFailing",
        expression: `${requests(', status="error"')} / (${requests()} > 0) > 0.1`,
        for: "15m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the requests for features fail",
        description:
            "A feature that is not defined is asked for, or the database refuses what the servers ask of it.",
    },
];

/** Whether features are found, and how fast. */
export const feastDashboards: readonly Dashboard[] = [
    {
        name: "feast",
        title: "Feast",
        purpose: "Whether models get their features, and how long they wait.",
        rows: [
            {
                title: "Features",
                panels: [
                    rates(
                        "Requests, by what came of them",
                        `feast_feature_server_request_total{${JOB}}`,
                        "status",
                        { unit: "reqps" },
                    ),
                    rates(
                        "Values that were there, and that were not",
                        `feast_online_features_status_total{${JOB}}`,
                        "status",
                    ),
                    slowest(
                        "Slowest of a hundred",
                        `feast_feature_server_request_latency_seconds_bucket{${JOB}}`,
                        "endpoint",
                    ),
                    answering("feast"),
                ],
            },
        ],
    },
];
