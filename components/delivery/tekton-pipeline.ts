/** What builds images: Tasks, and for each image its Pipeline, as objects of Tekton. Pure. */
import { resources, restrictedContainer, restrictedPod, secretVariable } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { TRIVY_SERVER_PORT } from "../../operators/trivy-operator";
import { KEPT_DAYS, tektonNamespaces } from "./tekton-config";
import { type Build, privateServers, type TektonSettings } from "./tekton-settings";

const namespace = tektonNamespaces.builds;

/** Label of a Task, and so of its pods, by which the network knows what they are about. */
export const stepLabel = "platform/build-step";

/** What a run does, in this order; each step starts when the one before has ended well. */
export const buildSteps = ["clone", "test", "build", "scan", "sign", "push"] as const;
/** One of them. */
export type BuildStep = (typeof buildSteps)[number];

/** Labels of the pods of a step. */
export function stepPods(step: BuildStep) {
    return { [stepLabel]: step } as const;
}

/** The user of the builder (CNB_USER_ID and CNB_GROUP_ID of Paketo's builder for Ubuntu 22.04). */
const builder = { user: 1001, group: 1000 } as const;

/** Secrets of the runs. */
export const buildSecrets = {
    registry: "build-registry",
    signing: "build-signing",
    source: "build-source",
    webhook: "build-webhook",
} as const;

/** Images of the steps. */
export interface StepImages {
    readonly clone: string;
    readonly builder: string;
    /** What the finished image stands on. */
    readonly run: string;
    readonly scanner: string;
    readonly cosign: string;
}

/** Where the scanner's server answers (trivy-operator 0.34.0: templates/trivy-server/service.yaml). */
const SCANNER = `http://trivy-service.trivy-operator:${TRIVY_SERVER_PORT}`;

const SOURCE = "$(workspaces.source.path)/code";
const CANDIDATE = "$(params.image)-candidates";
const BY_DIGEST = `${CANDIDATE}@$(params.digest)`;

const parameter = (name: string, description: string) => ({ name, type: "string", description });
const parameters = {
    url: parameter("url", "address of the repository"),
    revision: parameter("revision", "commit that is built"),
    image: parameter("image", "full name of the image, without a tag"),
    digest: parameter("digest", "digest of the candidate"),
} as const;
type Parameter = keyof typeof parameters;

const source = { name: "source", description: "the code, for one run" };
const registry = { name: "registry", description: "config.json of who pushes images" };
const scratch = (name: string, sizeLimit: string) => ({ name, emptyDir: { sizeLimit } });

/** What a step of a Task says beside what all of them do. */
interface StepSpec {
    readonly name: string;
    readonly image: string;
    readonly command: readonly string[];
    readonly args?: readonly string[];
    readonly computeResources: object;
    readonly [field: string]: unknown;
}

/** One Task with what every Task has: a user that is nobody, a root that nobody writes to. */
function task(
    step: BuildStep,
    spec: {
        readonly name?: string;
        readonly description: string;
        readonly takes?: readonly Parameter[];
        readonly workspaces: readonly object[];
        readonly results?: readonly object[];
        readonly volumes?: readonly object[];
        readonly steps: readonly StepSpec[];
    },
): Manifest {
    const { name = step, description, takes = [], volumes = [], ...rest } = spec;
    return {
        apiVersion: "tekton.dev/v1",
        kind: "Task",
        metadata: { name, namespace, labels: stepPods(step) },
        spec: {
            description,
            params: takes.map((key) => parameters[key]),
            stepTemplate: {
                securityContext: restrictedContainer,
                env: [{ name: "HOME", value: "/tmp" }],
                volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            },
            volumes: [scratch("tmp", "4Gi"), ...volumes],
            ...rest,
        },
    };
}

const withRegistry = [
    { name: "HOME", value: "/tmp" },
    { name: "DOCKER_CONFIG", value: "$(workspaces.registry.path)" },
];

function cloneTask(images: StepImages, settings: TektonSettings): Manifest {
    const isPrivate = privateServers(settings).length > 0;
    return task("clone", {
        description: "Fetches one commit.",
        takes: ["url", "revision"],
        workspaces: [source],
        steps: [
            {
                name: "clone",
                image: images.clone,
                command: ["/ko-app/git-init"],
                args: [
                    "-url=$(params.url)",
                    "-revision=$(params.revision)",
                    `-path=${SOURCE}`,
                    "-depth=1",
                    "-sslVerify=true",
                ],
                computeResources: resources("50m", "64Mi", "512Mi"),
                // The token goes to the one server of the private repositories alone.
                ...(isPrivate ? { envFrom: [{ secretRef: { name: buildSecrets.source } }] } : {}),
            },
        ],
    });
}

/** The code of others runs here, without any credential. */
function testTask({ name, test }: Build): Manifest {
    return task("test", {
        name: `test-${name}`,
        description: `Runs the tests of ${name}.`,
        workspaces: [source],
        steps: [
            {
                name: "test",
                image: test.image,
                command: ["/bin/sh", "-c"],
                args: [test.command],
                workingDir: SOURCE,
                computeResources: resources("250m", "512Mi", "2Gi"),
            },
        ],
    });
}

/**
 * Cloud Native Buildpacks: the `creator` of the lifecycle as the user of its builder, which needs no
 * right at all. Buildah needs `unshare`, which Pod Security's restricted level forbids, and kaniko
 * unpacks images as root (docs/decisions/0013-images-by-buildpacks.md).
 */
function buildTask(images: StepImages): Manifest {
    const layers = { name: "layers", mountPath: "/layers" };
    return task("build", {
        description: "Makes an image of the code, and pushes it as a candidate.",
        takes: ["image", "revision"],
        workspaces: [source, registry],
        results: [{ name: "digest", type: "string", description: "digest of the candidate" }],
        volumes: [scratch("layers", "5Gi"), scratch("platform", "16Mi"), scratch("home", "1Gi")],
        steps: [
            {
                name: "create",
                image: images.builder,
                command: ["/cnb/lifecycle/creator"],
                args: [
                    `-app=${SOURCE}`,
                    "-layers=/layers",
                    "-platform=/platform",
                    "-report=/layers/report.toml",
                    `-uid=${builder.user}`,
                    `-gid=${builder.group}`,
                    "-skip-restore",
                    `-run-image=${images.run}`,
                    `${CANDIDATE}:$(params.revision)`,
                ],
                env: [
                    { name: "CNB_PLATFORM_API", value: "0.14" },
                    { name: "HOME", value: "/home/cnb" },
                    { name: "DOCKER_CONFIG", value: "$(workspaces.registry.path)" },
                ],
                volumeMounts: [
                    layers,
                    { name: "platform", mountPath: "/platform" },
                    { name: "home", mountPath: "/home/cnb" },
                ],
                computeResources: resources("500m", "1Gi", "3Gi"),
            },
            {
                name: "digest",
                image: images.builder,
                command: ["/bin/bash", "-ceu"],
                args: [
                    "grep -o -m1 'sha256:[0-9a-f]\\{64\\}' /layers/report.toml | tr -d '\\n' > \"$0\"",
                    "$(results.digest.path)",
                ],
                volumeMounts: [layers],
                computeResources: resources("10m", "16Mi", "64Mi"),
            },
        ],
    });
}

/** The gate: a critical vulnerability ends the run, and nothing is signed or pushed. */
function scanTask(images: StepImages, { stopsUnfixed }: TektonSettings): Manifest {
    return task("scan", {
        description: "Ends the run when the candidate has a critical vulnerability or a secret.",
        takes: ["image", "digest"],
        workspaces: [registry],
        steps: [
            {
                name: "scan",
                image: images.scanner,
                command: ["trivy"],
                args: [
                    "image",
                    `--server=${SCANNER}`,
                    "--cache-dir=/tmp/trivy",
                    "--scanners=vuln,secret",
                    "--severity=CRITICAL",
                    "--exit-code=1",
                    "--timeout=15m",
                    "--no-progress",
                    ...(stopsUnfixed ? [] : ["--ignore-unfixed"]),
                    BY_DIGEST,
                ],
                env: withRegistry,
                computeResources: resources("100m", "256Mi", "1Gi"),
            },
        ],
    });
}

function signTask(images: StepImages): Manifest {
    const key = { name: "signing", mountPath: "/signing", readOnly: true };
    return task("sign", {
        description: "Signs the candidate by its digest, with the key of the site.",
        takes: ["image", "digest"],
        workspaces: [registry],
        volumes: [
            {
                name: "signing",
                secret: {
                    secretName: buildSecrets.signing,
                    items: [{ key: "cosign.key", path: "cosign.key" }],
                },
            },
        ],
        steps: [
            {
                name: "sign",
                image: images.cosign,
                command: ["cosign"],
                args: [
                    "sign",
                    "--yes",
                    "--key=/signing/cosign.key",
                    // What is built at home stands in no public log.
                    "--use-signing-config=false",
                    "--new-bundle-format=false",
                    "--tlog-upload=false",
                    BY_DIGEST,
                ],
                env: [
                    ...withRegistry,
                    secretVariable("COSIGN_PASSWORD", buildSecrets.signing, "password"),
                ],
                volumeMounts: [key],
                computeResources: resources("50m", "64Mi", "256Mi"),
            },
        ],
    });
}

function pushTask(images: StepImages): Manifest {
    return task("push", {
        description:
            "Gives the candidate and its signature the name that applications deploy from.",
        takes: ["image", "revision", "digest"],
        workspaces: [registry],
        steps: [
            {
                name: "push",
                image: images.cosign,
                command: ["cosign"],
                args: ["copy", "--force", BY_DIGEST, "$(params.image):$(params.revision)"],
                env: withRegistry,
                computeResources: resources("50m", "128Mi", "512Mi"),
            },
        ],
    });
}

/** The Tasks of every step, and one of tests for each image. */
export function tasks(images: StepImages, settings: TektonSettings): Manifest[] {
    return [
        cloneTask(images, settings),
        ...settings.builds.map(testTask),
        buildTask(images),
        scanTask(images, settings),
        signTask(images),
        pushTask(images),
    ];
}

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
