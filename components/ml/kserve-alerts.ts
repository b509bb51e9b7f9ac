/** Metrics, alerts and dashboard of KServe's controller; upstream publishes no rules. Pure. */
import type { Alert } from "../base/alert";
import { answering, type Dashboard, rates, slowest } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { kservePods, kservePorts } from "./kserve-values";

/** The controllers; what models tell is scraped where they run. */
export const kserveScrapes: readonly Scrape[] = [
    {
        name: "kserve",
        pods: kservePods,
        port: "metrics",
        number: kservePorts.metrics,
        metrics: [
            {
                source: "controller-runtime v0.22.5: pkg/internal/controller/metrics/metrics.go, by kserve v0.20.0: cmd/manager/main.go",
                names: [
                    "controller_runtime_reconcile_errors_total",
                    "controller_runtime_reconcile_total",
                    "controller_runtime_reconcile_time_seconds_bucket",
                ],
            },
        ],
    },
];

const JOB = 'job="kserve"';
const rate = (metric: string) => `sum(rate(controller_runtime_${metric}{${JOB}}[15m]))`;

export const kserveAlerts: readonly Alert[] = [
    {
        name: "KServeDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "10m",
        severity: "critical",
        summary: "No controller of KServe answers",
        description:
            "Its webhook is asked before each pod of a model: models serve on, but none that is lost " +
            "with its node comes back, and no new version goes out.",
    },
    {
        name: "KServeReconcileErrors",
        expression: `${rate("reconcile_errors_total")} / (${rate("reconcile_total")} > 0) > 0.5`,
        for: "30m",
        severity: "warning",
        summary: "KServe cannot carry out {{ $value | humanizePercentage }} of what it tries",
        description: "An InferenceService is not made as it is written; those that serve go on.",
    },
];

export const kserveDashboards: readonly Dashboard[] = [
    {
        name: "kserve",
        title: "KServe",
        purpose: "Whether what is written about models is carried out.",
        rows: [
            {
                title: "Controller",
                panels: [
                    rates(
                        "Carried out, by what came of it",
                        `controller_runtime_reconcile_total{${JOB}}`,
                        "result",
                    ),
                    rates(
                        "Errors",
                        `controller_runtime_reconcile_errors_total{${JOB}}`,
                        "controller",
                    ),
                    slowest(
                        "Slowest of a hundred",
                        `controller_runtime_reconcile_time_seconds_bucket{${JOB}}`,
                        "controller",
                    ),
                    answering("kserve"),
                ],
            },
        ],
    },
];
