/** Metrics, alerts and dashboards of Keep. Pure. */
import type { Alert } from "../base/alert";
import { answering, average, type Dashboard, rates } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { keepPods, keepPorts } from "./keep-manifests";

const JOB = 'job="keep"';

export const keepScrapes: readonly Scrape[] = [
    {
        name: "keep",
        pods: keepPods.backend,
        port: "http",
        number: keepPorts.backend,
        path: "/metrics/processing",
        metrics: [
            {
                source: "keep v0.54.2: keep/api/core/metrics.py",
                names: [
                    "keep_events_in_total",
                    "keep_events_processed_total",
                    "keep_events_error_total",
                    "keep_processing_time_seconds_sum",
                    "keep_processing_time_seconds_count",
                ],
            },
        ],
    },
];

/** Upstream has none. Alerts reach people by their own ways, with Keep or without. */
export const keepAlerts: readonly Alert[] = [
    {
        name: "KeepDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "Nobody correlates alerts",
        description:
            "No backend of Keep answers. Alerts reach people by their own ways; incidents of this time " +
            "are not in it.",
    },
    {
        name: "KeepEventsFailing",
        expression: `sum(increase(keep_events_error_total{${JOB}}[15m])) > 0`,
        for: "15m",
        severity: "warning",
        summary: "Keep cannot take alerts that it is handed",
        description: "They are in no incident. Alertmanager has told people of them all the same.",
    },
];

export const keepDashboards: readonly Dashboard[] = [
    {
        name: "keep",
        title: "Keep",
        purpose: "Whether alerts reach Keep, and how long it takes for one.",
        rows: [
            {
                title: "Alerts",
                panels: [
                    answering("keep"),
                    rates("Handed in", `keep_events_in_total{${JOB}}`, ""),
                    rates("Taken", `keep_events_processed_total{${JOB}}`, ""),
                    rates("Failed", `keep_events_error_total{${JOB}}`, ""),
                    average("Time for one", "keep_processing_time_seconds", JOB, ""),
                ],
            },
        ],
    },
];
