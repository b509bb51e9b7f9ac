/** Metrics and alerts of the page that goes out as a canary. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { analysedMetrics } from "./analysis";
import { CANARY_DEMO, canaryDemoPods, canaryDemoPorts } from "./canary-demo-objects";

/** The port is one of its own, beside the page. */
export const canaryDemoScrapes: readonly Scrape[] = [
    {
        name: CANARY_DEMO,
        pods: canaryDemoPods,
        port: "metrics",
        number: canaryDemoPorts.metrics,
        metrics: [
            {
                source: "podinfo 6.14.1: pkg/api/http/metrics.go",
                names: Object.values(analysedMetrics),
            },
        ],
    },
];

const JOB = `job="${CANARY_DEMO}"`;

/** It has no other promise than to be there. */
export const canaryDemoAlerts: readonly Alert[] = [
    {
        name: "CanaryDemoDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "The page that shows how new versions go out does not answer",
        description:
            "Nobody depends on it, but what stops it may stop others: it is an ordinary application.",
    },
];
