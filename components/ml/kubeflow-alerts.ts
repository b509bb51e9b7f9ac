/** Metrics, alerts and dashboard of Kubeflow's controllers; upstream publishes no rules. Pure. */
import type { Alert } from "../base/alert";
import { answering, type Dashboard, rates, slowest } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { trainerPods, trainerPorts } from "./kubeflow-trainer";

/** Trainer; JobSet gives its metrics to tokens alone, which no monitor here carries. */
export const kubeflowScrapes: readonly Scrape[] = [
    {
        name: "kubeflow-trainer",
        pods: trainerPods,
        port: "metrics",
        number: trainerPorts.metrics,
        metrics: [
            {
                source: "controller-runtime v0.24.0: pkg/internal/controller/metrics/metrics.go, by kubeflow/trainer v2.2.1: cmd/trainer-controller-manager/main.go",
                names: [
                    "controller_runtime_reconcile_errors_total",
                    "controller_runtime_reconcile_total",
                    "controller_runtime_reconcile_time_seconds_bucket",
                ],
            },
        ],
    },
];

const JOB = 'job="kubeflow-trainer"';
const rate = (metric: string) => `sum(rate(controller_runtime_${metric}{${JOB}}[15m]))`;

export const kubeflowAlerts: readonly Alert[] = [
    {
        name: "KubeflowTrainerDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "No controller of Trainer answers",
        description:
            "Its webhook is asked about each TrainJob: none can be written, changed or begun. What " +
            "trains goes on, and its end is noticed later.",
    },
    {
        name: "KubeflowTrainerReconcileErrors",
        expression: `${rate("reconcile_errors_total")} / (${rate("reconcile_total")} > 0) > 0.5`,
        for: "30m",
        severity: "warning",
        summary: "Trainer cannot carry out {{ $value | humanizePercentage }} of what it tries",
        description: "A TrainJob does not begin as it is written; those that train go on.",
    },
];

export const kubeflowDashboards: readonly Dashboard[] = [
    {
        name: "kubeflow",
        title: "Kubeflow",
        purpose: "Whether trainings begin as they are written.",
        rows: [
            {
                title: "Trainer",
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
                    answering("kubeflow-trainer"),
                ],
            },
        ],
    },
];
