/** What a TrainJob runs in unless it says otherwise. Pure. */
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { Manifest } from "../base/object";

/** Name of the runtime, which the client for Python takes where nobody says another. */
export const TORCH_RUNTIME = "torch-distributed";

/**
 * PyTorch on any number of nodes, as upstream's runtime of this name, whose pods a restricted
 * namespace admits and whose size has an end. A TrainJob says its nodes, and its own image and size
 * where these do not fit (kubeflow/trainer v2.2.1: manifests/base/runtimes/torch_distributed.yaml).
 */
export function torchRuntime(image: string): Manifest {
    return {
        apiVersion: "trainer.kubeflow.org/v1alpha1",
        kind: "ClusterTrainingRuntime",
        metadata: {
            name: TORCH_RUNTIME,
            labels: { "trainer.kubeflow.org/framework": "torch" },
        },
        spec: {
            mlPolicy: { numNodes: 1, torch: {} },
            template: {
                spec: {
                    // Pods of what is finished or given up do not stay for ever.
                    ttlSecondsAfterFinished: 86_400,
                    replicatedJobs: [
                        {
                            name: "node",
                            template: {
                                metadata: {
                                    labels: {
                                        "trainer.kubeflow.org/trainjob-ancestor-step": "trainer",
                                    },
                                },
                                spec: { template: { spec: torchPod(image) } },
                            },
                        },
                    ],
                },
            },
        },
    };
}

/** The program of the client writes itself where it starts, and installs what it is told of. */
function torchPod(image: string) {
    return {
        automountServiceAccountToken: false,
        securityContext: restrictedPod(1000),
        containers: [
            {
                name: "node",
                image,
                workingDir: "/workspace",
                env: [
                    { name: "HOME", value: "/workspace" },
                    { name: "PYTHONUSERBASE", value: "/workspace/.local" },
                    { name: "TMPDIR", value: "/tmp" },
                ],
                resources: resources("500m", "1Gi", "4Gi"),
                securityContext: restrictedContainer,
                volumeMounts: [
                    { name: "workspace", mountPath: "/workspace" },
                    { name: "tmp", mountPath: "/tmp" },
                ],
            },
        ],
        volumes: [
            { name: "workspace", emptyDir: { sizeLimit: "10Gi" } },
            { name: "tmp", emptyDir: { sizeLimit: "2Gi" } },
        ],
    };
}
