/** What runs of pipelines have in common: their steps, parameters, secrets, and the frame of a Task. Pure. */
import { restrictedContainer } from "../base/containers";
import type { Manifest } from "../base/object";
import { tektonNamespaces } from "./tekton-config";

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
export const builder = { user: 1001, group: 1000 } as const;

/** Secrets of the runs. */
export const buildSecrets = {
    registry: "build-registry",
    signing: "build-signing",
    source: "build-source",
    webhook: "build-webhook",
} as const;

const parameter = (name: string, description: string) => ({ name, type: "string", description });
export const parameters = {
    url: parameter("url", "address of the repository"),
    revision: parameter("revision", "commit that is built"),
    image: parameter("image", "full name of the image, without a tag"),
    digest: parameter("digest", "digest of the candidate"),
} as const;
export type Parameter = keyof typeof parameters;

export const source = { name: "source", description: "the code, for one run" };
export const registry = { name: "registry", description: "config.json of who pushes images" };
export const scratch = (name: string, sizeLimit: string) => ({ name, emptyDir: { sizeLimit } });

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
export function task(
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
        metadata: { name, namespace: tektonNamespaces.builds, labels: stepPods(step) },
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
