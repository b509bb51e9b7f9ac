/** Metrics, alerts and dashboard of Airflow; upstream publishes no rules. Pure. */
import type { Alert } from "../base/alert";
import { answering, type Dashboard, highest, lines, sums } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { AIRFLOW, airflowPods, airflowPorts } from "./airflow-names";

const METRICS = {
    source: "apache/airflow 3.2.2: airflow-core/src/airflow/jobs/scheduler_job_runner.py, jobs/triggerer_job_runner.py, executors/base_executor.py, dag_processing/manager.py; names by statsd_exporter 0.28: pkg/mapper",
} as const;

const scrape = (
    name: string,
    part: "scheduler" | "processor" | "triggerer",
    names: readonly [string, ...string[]],
): Scrape => ({
    name,
    pods: airflowPods(part),
    port: "metrics",
    number: airflowPorts.metrics,
    metrics: [{ ...METRICS, names }],
});

/** The exporters beside those that tell something. */
export const airflowScrapes: readonly Scrape[] = [
    scrape("airflow-scheduler", "scheduler", [
        "airflow_scheduler_heartbeat",
        "airflow_executor_open_slots",
        "airflow_executor_queued_tasks",
        "airflow_executor_running_tasks",
    ]),
    scrape("airflow-processor", "processor", [
        "airflow_dag_processing_import_errors",
        "airflow_dag_processing_total_parse_time",
    ]),
    scrape("airflow-triggerer", "triggerer", ["airflow_triggerer_heartbeat"]),
];

const beats = (part: "scheduler" | "triggerer") =>
    `sum(rate(airflow_${part}_heartbeat{job="airflow-${part}"}[5m]))`;

/** What tells that pipelines stand still. */
export const airflowAlerts: readonly Alert[] = [
    {
        name: "AirflowSchedulerSilent",
        expression: `absent(${beats("scheduler")} > 0)`,
        for: "10m",
        severity: "critical",
        summary: "No scheduler of Airflow works",
        description:
            "No pipeline starts and no task follows another. Tasks that run go on to their end; what was " +
            "due is made up for when a scheduler is back, as each DAG says.",
    },
    {
        name: "AirflowTriggererSilent",
        expression: `absent(${beats("triggerer")} > 0)`,
        for: "15m",
        severity: "warning",
        summary: "No triggerer of Airflow works",
        description:
            "Tasks that wait for something outside of Airflow wait on, whatever happens there.",
    },
    {
        name: "AirflowDagsBroken",
        expression: 'max(airflow_dag_processing_import_errors{job="airflow-processor"}) > 0',
        for: "15m",
        severity: "warning",
        summary: "{{ $value }} files with DAGs cannot be read",
        description: "Their pipelines do not run, or run as they were before the last commit.",
    },
    {
        name: "AirflowTasksQueued",
        expression:
            'max(airflow_executor_queued_tasks{job="airflow-scheduler"}) > 0 and ' +
            'max(airflow_executor_open_slots{job="airflow-scheduler"}) <= 0',
        for: "1h",
        severity: "warning",
        summary: "Tasks of Airflow have waited for an hour",
        description:
            "So many tasks run as may (systems.airflow.tasks), or pods of tasks find no node and hold their place.",
    },
];

/** Whether pipelines run. */
export const airflowDashboards: readonly Dashboard[] = [
    {
        name: AIRFLOW,
        title: "Airflow",
        purpose: "Whether pipelines run, how much waits, and whether the repository can be read.",
        rows: [
            {
                title: "Tasks",
                panels: [
                    sums("Running", 'airflow_executor_running_tasks{job="airflow-scheduler"}', ""),
                    sums("Waiting", 'airflow_executor_queued_tasks{job="airflow-scheduler"}', ""),
                    lines("Heartbeats of schedulers", beats("scheduler"), "schedulers", {
                        unit: "ops",
                    }),
                    answering("airflow-scheduler|airflow-processor|airflow-triggerer"),
                ],
            },
            {
                title: "Repository",
                panels: [
                    highest(
                        "Files that cannot be read",
                        'airflow_dag_processing_import_errors{job="airflow-processor"}',
                        "",
                    ),
                    highest(
                        "Time to read all files",
                        'airflow_dag_processing_total_parse_time{job="airflow-processor"}',
                        "",
                        { unit: "s" },
                    ),
                ],
            },
        ],
    },
];
