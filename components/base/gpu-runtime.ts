/** How pods with a GPU are started. Pure data. */
import type { Manifest } from "./object";

/** RuntimeClass of pods that get a GPU of NVIDIA; the extension of Talos calls its handler so. */
export const GPU_RUNTIME = "nvidia";

/** What tells the kubelet of it (siderolabs/extensions v1.13: nvidia-gpu/nvidia-container-toolkit). */
export const gpuRuntime: Manifest = {
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata: { name: GPU_RUNTIME },
    handler: "nvidia",
};
