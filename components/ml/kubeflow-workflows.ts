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
const WORKFLOWS_CONFIGURATION = "kubeflow-workflows";

/** User of the program beside each step (manifests/kustomize/third-party/argo/base). */
const EXECUTOR_USER = 65_532;

/** Days for which pods and state of a run that has ended stay in the cluster. */
export const RUN_DAYS = 1;

/** What the controller runs at once, and with what. */
export interface WorkflowSizes {
    readonly replicas: number;
    /** Image that every step is begun by. */
    readonly launcher: string;
    /** Runs at once. */
    readonly runs: number;
    /** Steps of a run at once. */
    readonly steps: number;
    /** Most memory of a step that says nothing, in GiB. */
    readonly memory: number;
}

const LAUNCHER = "kfp-launcher";

/**
 * What every pod of a run has besides what Pipelines says of it: a root that nobody writes to, and a
 * place for files of the moment. Admission refuses a pod without the first (SEC-05), and Pipelines
 * has no setting for it. The launcher is said whole, because pods of drivers have none and get one by
 * this; theirs copies a file that nobody reads (kubeflow/pipelines 2.16.1:
 * backend/src/v2/compiler/argocompiler/container.go, addContainerExecutorTemplate).
 */
function stepPatch(launcher: string) {
    const securityContext = { readOnlyRootFilesystem: true };
    return {
        volumes: [
            { name: "step-tmp", emptyDir: { sizeLimit: "2Gi" } },
            { name: LAUNCHER, emptyDir: {} },
        ],
        initContainers: [
            {
                name: LAUNCHER,
                image: launcher,
                command: ["launcher-v2"],
                args: ["--copy", "/kfp-launcher/launch"],
                resources: resources("10m", "64Mi", "256Mi"),
                securityContext: { ...restrictedContainer, runAsUser: EXECUTOR_USER },
                volumeMounts: [{ name: LAUNCHER, mountPath: "/kfp-launcher" }],
            },
        ],
        containers: [
            {
                name: "main",
                securityContext,
                volumeMounts: [{ name: "step-tmp", mountPath: "/tmp" }],
            },
        ],
    };
}

/**
 * The controller alone, for the namespace of Pipelines alone: no page, no accounts for workflows of
 * other people, and no archive, because the API of Pipelines keeps what comes of a run.
 */
export function workflowValues(of: WorkflowSizes): ChartValues {
    const { replicas, launcher, runs, steps, memory } = of;
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
                spec: {
                    parallelism: steps,
                    activeDeadlineSeconds: 7 * 86_400,
                    podSpecPatch: JSON.stringify(stepPatch(launcher)),
                },
            },
            resources: resources("25m", "110Mi", "512Mi"),
            securityContext: restrictedContainer,
            podSecurityContext: restrictedPod(8737),
            topologySpreadConstraints: spread(workflowControllerPods),
            priorityClassName: priorities.app.name,
        },
        // A step that says its own size has that; what it says may not be below these requests.
        mainContainer: { resources: resources("50m", "128Mi", `${memory}Gi`) },
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

/**
 * Ready as soon as it is healthy: the chart waits before it asks, says only when it is killed, and
 * gives the port that it asks no name.
 */
function withProbes(deployment: Manifest): Manifest {
    const httpGet = { path: "/healthz", port: 6060 };
    return patchContainer(deployment, "controller", {
        ports: [
            { name: "metrics", containerPort: pipelinesPorts.workflows },
            { name: "health", containerPort: httpGet.port },
        ],
        startupProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 18 },
        readinessProbe: { httpGet, periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 3 },
        livenessProbe: { initialDelaySeconds: 0 },
    });
}
