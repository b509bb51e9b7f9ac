/** What the parts of Kubeflow Pipelines are called, and where they listen. Pure. */

/** Namespace, which programs of upstream have written in as their default. */
export const PIPELINES = "kubeflow";

/** Parts that run all the time, besides the database and the controller of workflows. */
export const parts = [
    "ml-pipeline",
    "ml-pipeline-persistenceagent",
    "ml-pipeline-scheduledworkflow",
    "ml-pipeline-ui",
    "metadata-grpc",
    "metadata-envoy",
] as const;
export type PipelinesPart = (typeof parts)[number];

/** Labels by which the pods of a part are selected, so they never change. */
export const pipelinesPods = (part: PipelinesPart | "mysql" | "mysql-dump") =>
    ({ "app.kubernetes.io/name": part, "app.kubernetes.io/part-of": PIPELINES }) as const;

/** Labels of the controller of workflows (chart argo-workflows 0.47.5). */
export const workflowControllerPods = {
    "app.kubernetes.io/name": "argo-workflows-workflow-controller",
    "app.kubernetes.io/instance": "argo-workflows",
} as const;

/** Where each listens (kubeflow/pipelines 2.16.1: manifests/kustomize/base). */
export const pipelinesPorts = {
    http: 8888,
    grpc: 8887,
    schedules: 9090,
    page: 3000,
    metadata: 8080,
    metadataWeb: 9090,
    mysql: 3306,
    workflows: 9090,
} as const;

/**
 * Names of Services. Runs find those of the API and of metadata by these
 * (backend/src/v2/metadata/env.go, backend/src/apiserver/common/config.go).
 */
export const pipelinesServices = {
    api: "ml-pipeline",
    page: "ml-pipeline-ui",
    metadata: "metadata-grpc-service",
    metadataWeb: "metadata-envoy-service",
    mysql: "mysql",
} as const;

/** Databases, and who owns both. */
export const databases = { pipelines: "mlpipeline", metadata: "metadb" } as const;
export const DATABASE_USER = "kubeflow";

/** Secret of the database, and its keys. */
export const DATABASE_SECRET = "mysql-credentials";
export const databaseKeys = { user: "password", root: "root-password" } as const;

/** Account of the pods of runs (backend/src/apiserver/config/config.json). */
export const RUNNER = "pipeline-runner";

/** User of the images, which name none of their own (manifests/kustomize/base/pipeline). */
export const PIPELINES_USER = 1000;
