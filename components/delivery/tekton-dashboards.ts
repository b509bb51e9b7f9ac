/** What pipelines do. Pure. */
import { answering, type Dashboard, lines, number, table } from "../base/dashboard";

const JOB = `job="tekton-pipelines"`;
const RUNS = "tekton_pipelines_controller_pipelinerun_duration_seconds";
const STEPS = "tekton_pipelines_controller_pipelinerun_taskrun_duration_seconds_count";

/** Which commits became images, how long that took, and what stopped the others. */
export const tektonDashboards: readonly Dashboard[] = [
    {
        name: "pipelines",
        title: "Pipelines",
        purpose: "Which commits became images, how long it took, and what stopped the others.",
        rows: [
            {
                title: "Last day",
                panels: [
                    number(
                        "Runs that failed",
                        `sum(increase(${RUNS}_count{${JOB}, status="failed"}[1d])) or vector(0)`,
                        { thresholds: { warning: 1, bad: 10 }, overview: true },
                    ),
                    number(
                        "Images that the scan stopped",
                        `sum(increase(${STEPS}{${JOB}, task="scan", status="failed"}[1d])) or vector(0)`,
                        { thresholds: { warning: 1, bad: 5 } },
                    ),
                    number(
                        "Runs at work",
                        `max(tekton_pipelines_controller_running_pipelineruns{${JOB}})`,
                    ),
                    table(
                        "Runs of each pipeline",
                        `sum by (pipeline, status) (increase(${RUNS}_count{${JOB}}[1d]))`,
                    ),
                ],
            },
            {
                title: "Course",
                panels: [
                    lines(
                        "Work that waits",
                        'sum by (job) (kn_workqueue_depth{job=~"tekton-.+"})',
                        "{{ job }}",
                    ),
                    lines(
                        "Time of nine in ten runs that succeeded",
                        `histogram_quantile(0.9, sum by (pipeline, le) (increase(${RUNS}_bucket{${JOB}, status="success"}[6h])))`,
                        "{{ pipeline }}",
                        { unit: "s" },
                    ),
                    lines(
                        "Steps that failed, in an hour",
                        `sum by (task) (increase(${STEPS}{${JOB}, status="failed"}[1h]))`,
                        "{{ task }}",
                    ),
                    lines(
                        "Steps that wait for room",
                        `max(tekton_pipelines_controller_running_taskruns_throttled_by_quota{${JOB}}) + max(tekton_pipelines_controller_running_taskruns_throttled_by_node{${JOB}})`,
                        "steps",
                    ),
                    answering("tekton-pipelines"),
                ],
            },
        ],
    },
];
