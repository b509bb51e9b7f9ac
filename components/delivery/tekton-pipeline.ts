/** For each image its Pipeline, a run of it, and the end of old runs, as objects of Tekton. Pure. */
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { KEPT_DAYS, tektonNamespaces } from "./tekton-config";
import type { Build } from "./tekton-settings";
import {
    buildSecrets,
    builder,
    type BuildStep,
    buildSteps,
    type Parameter,
    parameters,
    registry,
    scratch,
    source,
} from "./tekton-steps";

const namespace = tektonNamespaces.builds;

const fromRun = (name: Parameter) => ({ name, value: `$(params.${name})` });
const digest = { name: "digest", value: "$(tasks.build.results.digest)" };
const workspace = (name: string) => ({ name, workspace: name });

/** The Pipeline of one image. */
export function pipeline({ name }: Build): Manifest {
    const steps: Readonly<Record<BuildStep, { params: object[]; workspaces: object[] }>> = {
        clone: { params: [fromRun("url"), fromRun("revision")], workspaces: [workspace("source")] },
        test: { params: [], workspaces: [workspace("source")] },
        build: {
            params: [fromRun("image"), fromRun("revision")],
            workspaces: [workspace("source"), workspace("registry")],
        },
        scan: { params: [fromRun("image"), digest], workspaces: [workspace("registry")] },
        sign: { params: [fromRun("image"), digest], workspaces: [workspace("registry")] },
        push: {
            params: [fromRun("image"), fromRun("revision"), digest],
            workspaces: [workspace("registry")],
        },
    };
    return {
        apiVersion: "tekton.dev/v1",
        kind: "Pipeline",
        metadata: { name, namespace },
        spec: {
            description: `Builds ${name} from a commit: what fails a test or has a critical vulnerability gets no name that anybody deploys.`,
            params: [parameters.url, parameters.revision, parameters.image],
            workspaces: [source, registry],
            tasks: buildSteps.map((step, index) => {
                const before = buildSteps[index - 1];
                return {
                    name: step,
                    taskRef: { kind: "Task", name: step === "test" ? `test-${name}` : step },
                    ...(before === undefined ? {} : { runAfter: [before] }),
                    timeout: "20m0s",
                    ...steps[step],
                };
            }),
        },
    };
}

/** A run of the Pipeline, as a trigger makes it; its volume goes with it. */
export function pipelineRun({ name, repository, image }: Build, storageClass: string): object {
    return {
        apiVersion: "tekton.dev/v1",
        kind: "PipelineRun",
        metadata: { generateName: `${name}-`, labels: { "app.kubernetes.io/part-of": namespace } },
        spec: {
            pipelineRef: { name },
            params: [
                { name: "url", value: repository },
                { name: "revision", value: "$(tt.params.revision)" },
                { name: "image", value: image },
            ],
            timeouts: { pipeline: "1h0m0s" },
            taskRunTemplate: {
                serviceAccountName: namespace,
                podTemplate: {
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    priorityClassName: priorities.app.name,
                    securityContext: restrictedPod(builder.user, builder.group),
                },
            },
            workspaces: [
                {
                    name: "source",
                    volumeClaimTemplate: {
                        spec: {
                            accessModes: ["ReadWriteOnce"],
                            storageClassName: storageClass,
                            resources: { requests: { storage: "5Gi" } },
                        },
                    },
                },
                { name: "registry", secret: { secretName: buildSecrets.registry } },
            ],
        },
    };
}

/** Deletes runs that ended a week ago, with their pods, volumes and logs. */
export function pruning(image: string): Manifest {
    return {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name: "delete-old-runs", namespace },
        spec: {
            schedule: "17 3 * * *",
            concurrencyPolicy: "Forbid",
            startingDeadlineSeconds: 3600,
            successfulJobsHistoryLimit: 1,
            failedJobsHistoryLimit: 1,
            jobTemplate: {
                spec: {
                    backoffLimit: 2,
                    activeDeadlineSeconds: 600,
                    ttlSecondsAfterFinished: 86_400,
                    template: {
                        metadata: { labels: pruningPods },
                        spec: {
                            serviceAccountName: "delete-old-runs",
                            enableServiceLinks: false,
                            restartPolicy: "Never",
                            priorityClassName: priorities.app.name,
                            securityContext: restrictedPod(65_532),
                            containers: [
                                {
                                    name: "tkn",
                                    image,
                                    imagePullPolicy: "IfNotPresent",
                                    command: ["tkn"],
                                    args: [
                                        "pipelinerun",
                                        "delete",
                                        `--keep-since=${KEPT_DAYS * 24 * 60}`,
                                        "--force",
                                        `--namespace=${namespace}`,
                                    ],
                                    env: [{ name: "HOME", value: "/tmp" }],
                                    resources: resources("10m", "32Mi", "128Mi"),
                                    securityContext: restrictedContainer,
                                    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
                                },
                            ],
                            volumes: [scratch("tmp", "16Mi")],
                        },
                    },
                },
            },
        },
    };
}

/** Labels of the pods that delete old runs. */
export const pruningPods = { "app.kubernetes.io/name": "delete-old-runs" } as const;
