/** Who may use how much, who uses it, and what is left when machines are lost. Pure. */
import { type Dashboard, lines, number, sums, table } from "../base/dashboard";

const STATE = 'job="kube-state-metrics"';
const KUBELET = 'job="kubelet"';
const share = { unit: "percentunit" } as const;
const asked = (resource: string) =>
    `sum by (namespace) (kube_pod_container_resource_requests{${STATE}, resource="${resource}"})`;
const usedCores = `sum by (namespace) (rate(container_cpu_usage_seconds_total{${KUBELET}, container!=""}[1h]))`;
const usedMemory = `sum by (namespace) (container_memory_working_set_bytes{${KUBELET}, container!=""})`;
/** Nodes for everybody's pods. */
const workers = (metric: string, resource: string) =>
    `(${metric}{${STATE}, resource="${resource}"} unless on (node) kube_node_spec_taint{${STATE}, key="node-role.kubernetes.io/control-plane"})`;
const room = (resource: string) => workers("kube_node_status_allocatable", resource);
const promised = (resource: string) =>
    `sum(${workers("kube_pod_container_resource_requests", resource)})`;
const afterLoss = (resource: string) =>
    `(sum(${room(resource)}) - max(${room(resource)}) - ${promised(resource)}) / (sum(${room(resource)}) - max(${room(resource)}))`;
const onNode = (resource: string) =>
    `sum by (node) (kube_pod_container_resource_requests{${STATE}, resource="${resource}"}) / sum by (node) (kube_node_status_allocatable{${STATE}, resource="${resource}"})`;
const quota = (type: string) =>
    `sum by (namespace, resource) (kube_resourcequota{${STATE}, type="${type}"})`;
const scarce = { warning: 0.15, bad: 0 } as const;

/** Quotas, the price of requests, the reserve, and volumes. */
export const roomDashboards: readonly Dashboard[] = [
    {
        name: "quotas",
        title: "Quotas",
        purpose: "Which namespace is about to be refused more, and of what.",
        rows: [
            {
                title: "Quotas",
                panels: [
                    table("Used", `sort_desc(${quota("used")} / (${quota("hard")} > 0))`, share),
                    lines(
                        "Nearest to their end",
                        `topk(10, ${quota("used")} / (${quota("hard")} > 0))`,
                        "{{ namespace }} {{ resource }}",
                        share,
                    ),
                ],
            },
        ],
    },
    {
        name: "cost",
        title: "Cost of requests",
        purpose: "Whose requests fill the nodes, and what of them nobody uses.",
        from: "7d",
        rows: [
            {
                title: "Share of the cluster",
                panels: [
                    table(
                        "Mean of processors and memory",
                        `sort_desc((${asked("cpu")} / on () group_left () sum(kube_node_status_allocatable{${STATE}, resource="cpu"}) + ${asked("memory")} / on () group_left () sum(kube_node_status_allocatable{${STATE}, resource="memory"})) / 2)`,
                        share,
                    ),
                    lines(
                        "Volumes",
                        `sum by (namespace) (kube_persistentvolumeclaim_resource_requests_storage_bytes{${STATE}})`,
                        "{{ namespace }}",
                        { unit: "bytes" },
                    ),
                ],
            },
            {
                title: "Asked for and not used",
                panels: [
                    lines("Processors", `${asked("cpu")} - ${usedCores} > 0`, "{{ namespace }}", {
                        unit: "cores",
                    }),
                    lines("Memory", `${asked("memory")} - ${usedMemory} > 0`, "{{ namespace }}", {
                        unit: "bytes",
                    }),
                ],
            },
        ],
    },
    {
        name: "reserve",
        title: "Reserve of nodes",
        purpose: "Whether everything still has its place when the largest node is lost.",
        rows: [
            {
                title: "Free without the largest node",
                panels: [
                    number("Processors", afterLoss("cpu"), { ...share, thresholds: scarce }),
                    number("Memory", afterLoss("memory"), { ...share, thresholds: scarce }),
                    lines("Processors over time", afterLoss("cpu"), "free", share),
                    lines("Memory over time", afterLoss("memory"), "free", share),
                ],
            },
            {
                title: "Promised on each node",
                panels: [
                    lines("Processors", onNode("cpu"), "{{ node }}", share),
                    lines("Memory", onNode("memory"), "{{ node }}", share),
                    sums("Pods", `kube_pod_info{${STATE}}`, "node"),
                ],
            },
        ],
    },
    {
        name: "volumes",
        title: "Volumes",
        purpose: "Which volume is full, waits for its disk or is left behind.",
        choices: [{ label: "namespace", of: `kubelet_volume_stats_capacity_bytes{${KUBELET}}` }],
        rows: [
            {
                title: "Room",
                panels: [
                    lines(
                        "In use",
                        `max by (namespace, persistentvolumeclaim) (1 - kubelet_volume_stats_available_bytes{${KUBELET}, namespace=~"$namespace"} / kubelet_volume_stats_capacity_bytes{${KUBELET}, namespace=~"$namespace"})`,
                        "{{ namespace }}/{{ persistentvolumeclaim }}",
                        share,
                    ),
                    table(
                        "Inodes in use",
                        `sort_desc(max by (namespace, persistentvolumeclaim) (1 - kubelet_volume_stats_inodes_free{${KUBELET}, namespace=~"$namespace"} / (kubelet_volume_stats_inodes{${KUBELET}, namespace=~"$namespace"} > 0)))`,
                        share,
                    ),
                    lines(
                        "Grown within a day",
                        `-max by (namespace, persistentvolumeclaim) (delta(kubelet_volume_stats_available_bytes{${KUBELET}, namespace=~"$namespace"}[1d])) > 0`,
                        "{{ namespace }}/{{ persistentvolumeclaim }}",
                        { unit: "bytes" },
                    ),
                ],
            },
            {
                title: "State",
                panels: [
                    table(
                        "Claims without a volume",
                        `max by (namespace, persistentvolumeclaim, phase) (kube_persistentvolumeclaim_status_phase{${STATE}, namespace=~"$namespace", phase!="Bound"}) == 1`,
                    ),
                    table(
                        "Volumes that nobody claims",
                        `max by (persistentvolume, phase) (kube_persistentvolume_status_phase{${STATE}, phase!="Bound"}) == 1`,
                    ),
                    table(
                        "Not attached yet",
                        `max by (volumeattachment) (kube_volumeattachment_status_attached{${STATE}}) == 0`,
                    ),
                ],
            },
        ],
    },
];
