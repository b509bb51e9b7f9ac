/** Metrics and alerts of Kubeflow; upstream publishes no rules. Pure. */
import type { Alert } from "../base/alert";
import { controllerMetrics } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { stateMetrics } from "../base/state-metrics";
import { DUMP } from "./kubeflow-dumps";
import {
    PIPELINES,
    pipelinesPods,
    pipelinesPorts,
    workflowControllerPods,
} from "./kubeflow-pipelines-names";
import { TRAINER_NAMESPACE, trainerPods, trainerPorts } from "./kubeflow-trainer";

/**
 * The API of Pipelines, its schedules, the controller of workflows, and Trainer; JobSet gives its
 * metrics to tokens alone, which no monitor here carries.
 */
export const kubeflowScrapes: readonly Scrape[] = [
    {
        name: "kubeflow-pipelines",
        pods: pipelinesPods("ml-pipeline"),
        port: "http",
        number: pipelinesPorts.http,
        metrics: [
            {
                source: "kubeflow/pipelines 2.16.1: backend/src/apiserver/resource/resource_manager.go and server/run_server.go",
                names: [
                    "resource_manager_workflow_runs_failed",
                    "resource_manager_workflow_runs_success",
                    "run_server_run_count",
                ],
            },
        ],
    },
    {
        name: "kubeflow-schedules",
        pods: pipelinesPods("ml-pipeline-scheduledworkflow"),
        port: "metrics",
        number: pipelinesPorts.schedules,
        metrics: [
            {
                source: "kubeflow/pipelines 2.16.1: backend/src/crd/controller/scheduledworkflow/controller.go",
                names: ["scheduled_workflow_queue_size"],
            },
        ],
    },
    {
        name: "kubeflow-workflows",
        pods: workflowControllerPods,
        port: "metrics",
        number: pipelinesPorts.workflows,
        metrics: [
            {
                source: "argo-workflows v3.7.11: util/telemetry/metrics_list.go, with the prefix of exporter_prometheus.go",
                names: [
                    "argo_workflows_error_count",
                    "argo_workflows_gauge",
                    "argo_workflows_queue_depth_gauge",
                ],
            },
        ],
    },
    {
        name: "kubeflow-trainer",
        namespace: TRAINER_NAMESPACE,
        pods: trainerPods,
        port: "metrics",
        number: trainerPorts.metrics,
        metrics: [
            {
                source: "controller-runtime v0.24.0: pkg/internal/controller/metrics/metrics.go, by kubeflow/trainer v2.2.1: cmd/trainer-controller-manager/main.go",
                names: controllerMetrics,
            },
        ],
    },
    stateMetrics("kubeflow", {
        source: "kube-state-metrics v2.20.0: docs/metrics/workload/cronjob-metrics.md and statefulset-metrics.md",
        names: [
            "kube_cronjob_created",
            "kube_cronjob_status_last_successful_time",
            "kube_statefulset_status_replicas_ready",
        ],
    }),
];

const TRAINER = 'job="kubeflow-trainer"';
const STATE = `job="kube-state-metrics", namespace="${PIPELINES}"`;
const rate = (metric: string) => `sum(rate(controller_runtime_${metric}{${TRAINER}}[15m]))`;
const silent = (job: string) => `absent(up{job="${job}"} == 1)`;
const DUMPS = `${STATE}, cronjob="${DUMP}"`;
const DUMPED = `kube_cronjob_status_last_successful_time{${DUMPS}}`;

export const kubeflowAlerts: readonly Alert[] = [
    {
        name: "KubeflowPipelinesDown",
        expression: silent("kubeflow-pipelines"),
        for: "10m",
        severity: "critical",
        summary: "The API of Kubeflow Pipelines does not answer",
        description:
            "No run begins, at its time or by hand, and nobody sees what came of one. Steps that run " +
            "go on; those that follow wait for it.",
    },
    {
        name: "KubeflowDatabaseDown",
        expression: `max(kube_statefulset_status_replicas_ready{${STATE}, statefulset="mysql"}) == 0`,
        for: "10m",
        severity: "critical",
        summary: "The database of Kubeflow Pipelines is not ready",
        description:
            "Nothing is known of pipelines and runs until it is, and no step begins. It has one server " +
            "with one volume; a dump is made every night.",
    },
    {
        name: "KubeflowSchedulesSilent",
        expression: silent("kubeflow-schedules"),
        for: "15m",
        severity: "warning",
        summary: "Nobody begins runs of Kubeflow Pipelines at their times",
        description: "Runs that are due begin when it is back; those begun by hand go on.",
    },
    {
        name: "KubeflowWorkflowsSilent",
        expression: silent("kubeflow-workflows"),
        for: "15m",
        severity: "warning",
        summary: "No controller of workflows answers",
        description:
            "Steps that run go on, and none follows them until one of the controllers is back.",
    },
    {
        name: "KubeflowDumpTooOld",
        expression: `time() - (max(${DUMPED}) or max(kube_cronjob_created{${DUMPS}})) > ${26 * 3600}`,
        for: "30m",
        severity: "warning",
        summary: "The database of Kubeflow Pipelines was not dumped last night",
        description:
            "Its volume is backed up all the same. A dump is what another release reads, and what is " +
            "whole by itself.",
    },
    {
        name: "KubeflowTrainerDown",
        expression: silent("kubeflow-trainer"),
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
