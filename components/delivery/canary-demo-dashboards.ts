/** What an analysis sees. Pure. */
import { answering, type Dashboard, lines, rates, slowest } from "../base/dashboard";
import { analysedMetrics } from "./analysis";
import { CANARY_DEMO } from "./canary-demo-objects";

const JOB = `job="${CANARY_DEMO}"`;

/** Old and new version beside each other. */
export const canaryDemoDashboards: readonly Dashboard[] = [
    {
        name: CANARY_DEMO,
        title: "A canary",
        purpose:
            "What the analysis of a new version sees: requests, errors and answers of each pod.",
        rows: [
            {
                title: "Requests",
                panels: [
                    rates("Requests", `${analysedMetrics.requests}{${JOB}}`, "pod"),
                    lines(
                        "Part that failed",
                        `sum by (pod) (rate(${analysedMetrics.requests}{${JOB}, status=~"5.."}[$__rate_interval])) / sum by (pod) (rate(${analysedMetrics.requests}{${JOB}}[$__rate_interval]))`,
                        "{{ pod }}",
                        { unit: "percentunit" },
                    ),
                    slowest(
                        "Slowest of a hundred answers",
                        `${analysedMetrics.duration}{${JOB}}`,
                        "pod",
                    ),
                    answering(CANARY_DEMO),
                ],
            },
        ],
    },
];
