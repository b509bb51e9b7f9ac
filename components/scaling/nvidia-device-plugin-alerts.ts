/** What is told and shown of GPUs. Pure. */
import type { Alert } from "../base/alert";
import { type Dashboard, lines, number, sums, table } from "../base/dashboard";
import { NVIDIA_DEVICE_PLUGIN } from "./nvidia-device-plugin-manifests";

const STATE = 'job="kube-state-metrics"';
/** kube-state-metrics writes the name of the resource with underscores. */
const OF_GPUS = `${STATE}, resource="nvidia_com_gpu"`;

/** Nodes with the label, on each of which a pod of the plugin is wanted. */
const withGpus = `max(kube_daemonset_status_desired_number_scheduled{${STATE}, namespace="${NVIDIA_DEVICE_PLUGIN}", daemonset="${NVIDIA_DEVICE_PLUGIN}"})`;
const offered = `sum(kube_node_status_allocatable{${OF_GPUS}})`;
const asked = `sum(kube_pod_container_resource_requests{${OF_GPUS}})`;

/** The platform's own: the plugin counts nothing itself. */
export const gpuAlerts: readonly Alert[] = [
    {
        name: "GpuNotOffered",
        expression: `${withGpus} - (count(kube_node_status_allocatable{${OF_GPUS}} > 0) or vector(0)) > 0`,
        for: "15m",
        severity: "warning",
        summary: "{{ $value }} nodes with a GPU offer none",
        description:
            "Pods that ask for one wait, or go to another node. Either the driver does not see the card, or the plugin does not run.",
    },
];

export const gpuDashboards: readonly Dashboard[] = [
    {
        name: "gpus",
        title: "GPUs",
        purpose: "Which nodes offer GPUs, and who has them.",
        rows: [
            {
                title: "Offered and asked for",
                panels: [
                    number("Nodes with a GPU", withGpus),
                    number("GPUs offered", `${offered} or vector(0)`),
                    number("GPUs asked for", `${asked} or vector(0)`),
                ],
            },
            {
                title: "Where and for whom",
                panels: [
                    lines(
                        "By node",
                        `max by (node) (kube_node_status_allocatable{${OF_GPUS}})`,
                        "{{ node }}",
                    ),
                    sums(
                        "By namespace",
                        `kube_pod_container_resource_requests{${OF_GPUS}}`,
                        "namespace",
                    ),
                    table(
                        "Pods",
                        `sum by (namespace, pod, node) (kube_pod_container_resource_requests{${OF_GPUS}})`,
                    ),
                ],
            },
        ],
    },
];
