/** The nodes, what runs on them, and how much room there is. Pure. */
import { answering, type Dashboard, lines, number, table } from "../base/dashboard";

const NODES = 'job="node-exporter"';
const FILES = `${NODES}, fstype!=""`;
const STATE = 'job="kube-state-metrics"';
const KUBELET = 'job="kubelet"';
const MEMORY = `1 - sum by (instance) (node_memory_MemAvailable_bytes{${NODES}}) / sum by (instance) (node_memory_MemTotal_bytes{${NODES}})`;
const requested = (resource: string) =>
    `sum(kube_pod_container_resource_requests{${STATE}, resource="${resource}"}) / ` +
    `sum(kube_node_status_allocatable{${STATE}, resource="${resource}"})`;
const VOLUME = "by (namespace, persistentvolumeclaim)";
const free = `max ${VOLUME} (kubelet_volume_stats_available_bytes{${KUBELET}})`;
const size = `max ${VOLUME} (kubelet_volume_stats_capacity_bytes{${KUBELET}})`;

/** State of the nodes and of what runs, and forecasts. */
export const nodeDashboards: readonly Dashboard[] = [
    {
        name: "nodes",
        title: "Nodes",
        purpose: "Which node is not ready or short of something, and which pods do not run.",
        rows: [
            {
                title: "Nodes",
                panels: [
                    number(
                        "Nodes that are not ready",
                        `count(kube_node_status_condition{${STATE}, condition="Ready", status="true"} == 0) or vector(0)`,
                        { thresholds: { warning: 1, bad: 2 }, overview: true },
                    ),
                    lines("Memory in use", MEMORY, "{{ instance }}", { unit: "percentunit" }),
                    lines(
                        "File systems in use",
                        `max by (instance) (1 - node_filesystem_avail_bytes{${FILES}} / node_filesystem_size_bytes{${FILES}})`,
                        "{{ instance }}",
                        { unit: "percentunit" },
                    ),
                    lines(
                        "Clock off by",
                        `max by (instance) (abs(node_timex_offset_seconds{${NODES}}))`,
                        "{{ instance }}",
                        { unit: "s" },
                    ),
                ],
            },
            {
                title: "Pods",
                panels: [
                    number(
                        "Pods that do not run",
                        `sum(kube_pod_status_phase{${STATE}, phase=~"Pending|Unknown|Failed"})`,
                        { thresholds: { warning: 1, bad: 5 }, overview: true },
                    ),
                    table(
                        "Waiting, by reason",
                        `sum by (namespace, pod, reason) (kube_pod_container_status_waiting_reason{${STATE}}) > 0`,
                    ),
                    lines(
                        "Restarts by namespace",
                        `sum by (namespace) (increase(kube_pod_container_status_restarts_total{${STATE}}[10m])) > 0`,
                        "{{ namespace }}",
                    ),
                    table(
                        "Deployments that lack replicas",
                        `max by (namespace, deployment) (kube_deployment_spec_replicas{${STATE}} - kube_deployment_status_replicas_available{${STATE}}) > 0`,
                    ),
                ],
            },
            { title: "Metrics", panels: [answering("node-exporter|kubelet|kube-state-metrics")] },
        ],
    },
    {
        name: "capacity",
        title: "Capacity and forecast",
        purpose: "What of the nodes is promised to pods, and which volume is full when.",
        from: "7d",
        rows: [
            {
                title: "Requests",
                panels: [
                    number("CPU requested", requested("cpu"), {
                        unit: "percentunit",
                        thresholds: { warning: 0.75, bad: 0.85 },
                    }),
                    number("Memory requested", requested("memory"), {
                        unit: "percentunit",
                        thresholds: { warning: 0.75, bad: 0.85 },
                    }),
                    lines(
                        "CPU requested by namespace",
                        `sum by (namespace) (kube_pod_container_resource_requests{${STATE}, resource="cpu"})`,
                        "{{ namespace }}",
                        { unit: "cores" },
                    ),
                    lines(
                        "Memory requested by namespace",
                        `sum by (namespace) (kube_pod_container_resource_requests{${STATE}, resource="memory"})`,
                        "{{ namespace }}",
                        { unit: "bytes" },
                    ),
                ],
            },
            {
                title: "Volumes",
                panels: [
                    table("In use", `sort_desc(1 - ${free} / ${size})`, { unit: "percentunit" }),
                    table(
                        "Days until full",
                        `sort(${free} / (-max ${VOLUME} (deriv(kubelet_volume_stats_available_bytes{${KUBELET}}[1d])) * 86400 > 0))`,
                    ),
                    lines(
                        "Free in 30 days, if it goes on like this",
                        `max ${VOLUME} (predict_linear(kubelet_volume_stats_available_bytes{${KUBELET}}[7d], 30 * 86400)) < 0`,
                        "{{ namespace }}/{{ persistentvolumeclaim }}",
                        { unit: "bytes" },
                    ),
                ],
            },
            {
                title: "Nodes",
                panels: [
                    lines(
                        "Memory free in 7 days, if it goes on like this",
                        `sum by (instance) (predict_linear(node_memory_MemAvailable_bytes{${NODES}}[1d], 7 * 86400))`,
                        "{{ instance }}",
                        { unit: "bytes" },
                    ),
                    lines(
                        "File systems free in 7 days",
                        `min by (instance) (predict_linear(node_filesystem_avail_bytes{${FILES}}[1d], 7 * 86400))`,
                        "{{ instance }}",
                        { unit: "bytes" },
                    ),
                ],
            },
        ],
    },
];
