/** The objects of NVIDIA's device plugin. Pure. */
import { resources, restrictedContainer } from "../base/containers";
import { GPU_RUNTIME } from "../base/gpu-runtime";
import { gpuLabel } from "../base/labels";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";

/** Namespace and name of everything. */
export const NVIDIA_DEVICE_PLUGIN = "nvidia-device-plugin";

const devicePluginPods = { "app.kubernetes.io/name": NVIDIA_DEVICE_PLUGIN } as const;

/** Where the kubelet waits for plugins, each with a socket of its own. */
const SOCKETS = "/var/lib/kubelet/device-plugins";

/** It listens on no port: while it serves, its socket is there (internal/plugin/server.go). */
const serves = { exec: { command: ["/busybox/test", "-S", `${SOCKETS}/nvidia-gpu.sock`] } };

/**
 * The plugin on each node with a GPU, as k8s-device-plugin v0.20.0 has it in
 * `deployments/static/nvidia-device-plugin.yml`: what its chart adds serves the sharing of one GPU
 * among pods, which nobody asks for. The runtime of NVIDIA brings the driver's library and every GPU
 * into its pods.
 */
export function devicePlugin(image: string): Manifest {
    return {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata: { name: NVIDIA_DEVICE_PLUGIN, namespace: NVIDIA_DEVICE_PLUGIN },
        spec: {
            selector: { matchLabels: devicePluginPods },
            updateStrategy: { type: "RollingUpdate" },
            template: {
                metadata: { labels: devicePluginPods },
                spec: {
                    nodeSelector: gpuLabel,
                    runtimeClassName: GPU_RUNTIME,
                    priorityClassName: priorities.platform.name,
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    // A node that is kept for pods with a GPU is tainted; it must offer them all the same.
                    tolerations: [{ operator: "Exists" }],
                    securityContext: { seccompProfile: { type: "RuntimeDefault" } },
                    containers: [
                        {
                            name: NVIDIA_DEVICE_PLUGIN,
                            image,
                            imagePullPolicy: "IfNotPresent",
                            command: ["nvidia-device-plugin"],
                            env: [
                                { name: "NVIDIA_VISIBLE_DEVICES", value: "all" },
                                { name: "NVIDIA_DRIVER_CAPABILITIES", value: "compute,utility" },
                            ],
                            readinessProbe: { ...serves, periodSeconds: 10, failureThreshold: 3 },
                            livenessProbe: { ...serves, periodSeconds: 30, failureThreshold: 6 },
                            resources: resources("10m", "48Mi", "128Mi"),
                            // The folder of the sockets belongs to root.
                            securityContext: {
                                ...restrictedContainer,
                                runAsNonRoot: false,
                                runAsUser: 0,
                            },
                            volumeMounts: [{ name: "sockets", mountPath: SOCKETS }],
                        },
                    ],
                    volumes: [{ name: "sockets", hostPath: { path: SOCKETS, type: "Directory" } }],
                },
            },
        },
    };
}
