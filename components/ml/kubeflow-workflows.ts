/** Values of the chart of Argo Workflows, by which Kubeflow Pipelines runs its steps. Pure. */
import { spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { patchContainer, resources, restrictedContainer, restrictedPod } from "../base/containers";
import { type Manifest, objectKey } from "../base/object";
import { priorities } from "../base/priority";
import { pipelinesPorts, PIPELINES, workflowControllerPods } from "./kubeflow-pipelines-names";

/** Release and name of the chart. */
export const WORKFLOWS = "argo-workflows";
/** ConfigMap with what the controller is told, in its key `config`. */
export const WORKFLOWS_CONFIGURATION = "kubeflow-workflows";

/** User of the program beside each step (manifests/kustomize/third-party/argo/base). */
const EXECUTOR_USER = 65_532;

/** Days for which pods and state of a run that has ended stay in the cluster. */
export const RUN_DAYS = 1;

/** What the controller runs at once, and with what. */
export interface WorkflowSizes {
    readonly replicas: number;
    /** Runs at once. */
    readonly runs: number;
    /** Steps of a run at once. */
    readonly steps: number;
    /** Most memory of a step that says nothing, in GiB. */
    readonly memory: number;
}

/**
 * The controller alone, for the namespace of Pipelines alone: no page, no accounts for workflows of
 * other people, and no archive, because the API of Pipelines keeps what comes of a run.
 */
export function workflowValues({ replicas, runs, steps, memory }: WorkflowSizes): ChartValues {
    return {
        images: { pullPolicy: "IfNotPresent" },
        crds: { keep: false },
        createAggregateRoles: false,
        singleNamespace: true,
        server: { enabled: false },
        workflow: { serviceAccount: { create: false }, rbac: { create: false } },
        controller: {
            replicas,
            configMap: { name: WORKFLOWS_CONFIGURATION },
            clusterWorkflowTemplates: { enabled: false },
            metricsConfig: { enabled: true, port: pipelinesPorts.workflows },
            logging: { format: "json" },
            parallelism: runs,
            workflowDefaults: {
                spec: { parallelism: steps, activeDeadlineSeconds: 7 * 86_400 },
            },
            resources: resources("25m", "110Mi", "512Mi"),
            securityContext: restrictedContainer,
            podSecurityContext: restrictedPod(8737),
            topologySpreadConstraints: spread(workflowControllerPods),
            priorityClassName: priorities.app.name,
        },
        // A step that says its own size has that.
        mainContainer: { resources: resources("100m", "256Mi", `${memory}Gi`) },
        executor: {
            resources: resources("10m", "64Mi", "256Mi"),
            securityContext: { ...restrictedContainer, runAsUser: EXECUTOR_USER },
        },
    };
}

/** The controller with what the chart has no values for; its Service is for metrics alone. */
export function workflowPatch(manifest: Manifest): Manifest | undefined {
    switch (objectKey(manifest)) {
        case `Service/${PIPELINES}/${WORKFLOWS}-workflow-controller`:
            return undefined;
        case `Deployment/${PIPELINES}/${WORKFLOWS}-workflow-controller`:
            return withProbes(manifest);
        default:
            return manifest;
    }
}

/** Ready as soon as it is healthy: the chart waits before it asks, and says only when it is killed. */
function withProbes(deployment: Manifest): Manifest {
    const httpGet = { path: "/healthz", port: 6060 };
    return patchContainer(deployment, "controller", {
        startupProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 18 },
        readinessProbe: { httpGet, periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 3 },
        livenessProbe: { initialDelaySeconds: 0 },
    });
}
