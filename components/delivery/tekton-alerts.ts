/** Metrics and alerts of Tekton. Pure. */
import { type TektonPart, tektonParts } from "../../operators/tekton-parts";
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { tektonNamespaces } from "./tekton-config";

/** What every controller and webhook offers (knative.dev/pkg: observability). */
function workqueues(part: TektonPart): Scrape {
    const { name, labels, ports } = tektonParts[part];
    return {
        name,
        namespace: tektonNamespaces.pipelines,
        pods: labels,
        port: "metrics",
        number: ports.metrics ?? 0,
        metrics: [{ source: "pipeline v1.15.0: docs/metrics.md", names: ["kn_workqueue_depth"] }],
    };
}

/** What Tekton counts about runs, and the queues of everything that it runs. */
export const tektonScrapes: readonly Scrape[] = [
    {
        ...workqueues("controller"),
        name: "tekton-pipelines",
        metrics: [
            {
                source: "pipeline v1.15.0: pkg/pipelinerunmetrics/metrics.go",
                names: [
                    "tekton_pipelines_controller_pipelinerun_duration_seconds_bucket",
                    "tekton_pipelines_controller_pipelinerun_duration_seconds_count",
                    "tekton_pipelines_controller_running_pipelineruns",
                ],
            },
            {
                source: "pipeline v1.15.0: pkg/taskrunmetrics/metrics.go",
                names: [
                    "tekton_pipelines_controller_pipelinerun_taskrun_duration_seconds_count",
                    "tekton_pipelines_controller_running_taskruns_throttled_by_quota",
                    "tekton_pipelines_controller_running_taskruns_throttled_by_node",
                ],
            },
        ],
    },
    ...(["events", "webhook", "resolvers", "triggersController", "triggersWebhook"] as const).map(
        workqueues,
    ),
];

const JOB = `job="tekton-pipelines"`;
const RUNS = "tekton_pipelines_controller_pipelinerun_duration_seconds_count";
const STEPS = "tekton_pipelines_controller_pipelinerun_taskrun_duration_seconds_count";

/** Upstream has none. */
export const tektonAlerts: readonly Alert[] = [
    {
        name: "PipelineRunsFailing",
        expression: `sum by (pipeline) (increase(${RUNS}{${JOB},status="failed"}[1h])) > 0 unless sum by (pipeline) (increase(${RUNS}{${JOB},status="success"}[1h])) > 0`,
        for: "5m",
        severity: "warning",
        summary:
            "No run of the pipeline {{ $labels.pipeline }} has succeeded in the last hour, and some failed",
        description:
            "The commits of the last hour got no image, so nothing new goes out. What runs goes on as it is.",
    },
    {
        name: "PipelineStoppedByScan",
        expression: `sum by (pipeline) (increase(${STEPS}{${JOB},task="scan",status="failed"}[1h])) > 0`,
        for: "1m",
        severity: "warning",
        summary: "The scan stopped an image of {{ $labels.pipeline }}",
        description:
            "It has a critical vulnerability or a secret in it, or the scanner did not answer. The image was neither signed nor given the name that applications deploy from.",
    },
    {
        name: "PipelineRunsWaiting",
        // Both have the same labels: a zero of one would hide the other.
        expression: `max(tekton_pipelines_controller_running_taskruns_throttled_by_quota{${JOB}} > 0 or tekton_pipelines_controller_running_taskruns_throttled_by_node{${JOB}} > 0)`,
        for: "30m",
        severity: "warning",
        summary: "Steps of pipelines have waited for room for half an hour",
        description:
            "The quota of the namespace builds is used up, or no node has room. Commits are built later, in the order in which they came.",
    },
    {
        name: "TektonControllerDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "No controller of Tekton answers",
        description:
            "Pushes are taken in and wait; no step starts. Steps that run come to their end, and nobody notes it.",
    },
];
