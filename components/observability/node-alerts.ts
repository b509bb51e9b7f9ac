/** Metrics and alerts of the nodes and their volumes. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { kubeletPort, nodeExporterPort } from "../base/node-ports";
import { stackPods } from "./kube-prometheus-stack-values";

/** Labels and ports as in kube-prometheus-stack 88.5.3; its monitors bring them. */
export const nodeScrapes: readonly Scrape[] = [
    {
        name: "node-exporter",
        namespace: "node-exporter",
        pods: stackPods.nodeExporter,
        port: "http-metrics",
        number: nodeExporterPort,
        hostNetwork: true,
        byChart: true,
        metrics: [
            {
                source: "node_exporter v1.12.1: collector/{filesystem_common,meminfo,timex}.go",
                names: [
                    "node_filesystem_avail_bytes",
                    "node_filesystem_size_bytes",
                    "node_memory_MemAvailable_bytes",
                    "node_memory_MemTotal_bytes",
                    "node_timex_offset_seconds",
                    "node_timex_sync_status",
                ],
            },
        ],
    },
    {
        // The operator keeps its slices, with an address for every node.
        name: "kubelet",
        namespace: "kube-system",
        pods: {},
        port: "https-metrics",
        number: kubeletPort,
        hostNetwork: true,
        byChart: true,
        metrics: [
            {
                source: "kubernetes v1.35.4: pkg/kubelet/metrics/collectors/volume_stats.go",
                names: [
                    "kubelet_volume_stats_available_bytes",
                    "kubelet_volume_stats_capacity_bytes",
                    "kubelet_volume_stats_inodes",
                    "kubelet_volume_stats_inodes_free",
                ],
            },
            {
                source: "kubernetes v1.35.4: pkg/kubelet/certificate/kubelet.go, kubelet_config.go",
                names: ["kubelet_certificate_manager_client_ttl_seconds"],
            },
        ],
    },
];

const READY = '{job="kube-state-metrics", condition="Ready", status="true"}';
const FILES = '{job="node-exporter", fstype!=""}';
const EXPORTER = '{job="node-exporter"}';
const STATE = '{job="kube-state-metrics", resource="memory"}';
/** Memory of the nodes that take pods of everybody. */
const WORKERS = `(kube_node_status_allocatable${STATE} unless on (node) kube_node_spec_taint{job="kube-state-metrics", key="node-role.kubernetes.io/control-plane"})`;

/** What a lost node takes with it, wherever the alert does not say on which node it was. */
const AFTER_A_NODE = [
    ...["AlertmanagerMembersMissing", "CNPGInstanceDown", "CNPGReplicaNotStreaming"],
    ...["CephHealthWarning", "CephOSDDown", "CiliumAgentDown", "CiliumNodeUnreachable"],
    ...["CloudflareTunnelDegraded", "DaemonSetPodsMissing", "DeploymentReplicasMissing"],
    ...["EtcdMemberDown", "KubeStateMetricsShardMissing", "LldapReplicaDown"],
    ...["PrometheusTargetDown", "RedisReplicaDisconnected", "StatefulSetReplicasMissing"],
];

/** After kubernetes-mixin and node_exporter's mixin, which the chart 88.5.3 brings. */
export const nodeAlerts: readonly Alert[] = [
    {
        name: "AllNodesNotReady",
        expression: `sum(kube_node_status_condition${READY}) == 0`,
        for: "3m",
        severity: "critical",
        summary: "No node is ready",
        description:
            "Nothing is started any more, and what runs is being taken off its nodes. Mostly the " +
            "network between nodes and API server is gone, or Proxmox itself.",
        explains: [{ alerts: ["NodeNotReady", "PodNotReady", ...AFTER_A_NODE] }],
    },
    {
        // Two witnesses: the shard that knows the node may have been on it.
        name: "NodeNotReady",
        expression:
            `count by (node) ((kube_node_status_condition${READY} == 0) ` +
            'or on (node) (up{job="kubelet", metrics_path="/metrics"} == 0)) > 0',
        for: "5m",
        severity: "critical",
        summary: "Node {{ $labels.node }} is not ready",
        description:
            "Its pods are started on other nodes; those with a volume only once it is sure that " +
            "they are gone. Another node must not go now.",
        explains: [
            {
                alerts: ["NodePressure", "PodCrashLooping", "PodNotReady", "NodeClockWrong"],
                equal: ["node"],
            },
            { alerts: AFTER_A_NODE },
        ],
    },
    {
        name: "NodePressure",
        expression:
            "max by (node, condition) (kube_node_status_condition" +
            '{job="kube-state-metrics", condition=~"(Memory|Disk|PID)Pressure", status="true"}) == 1',
        for: "10m",
        severity: "warning",
        summary: "Node {{ $labels.node }} reports {{ $labels.condition }}",
        description:
            "Its kubelet takes no new pods and evicts the least important ones until the pressure " +
            "is gone.",
    },
    {
        name: "NodeFilesystemFillingUp",
        expression:
            `max by (instance, node, mountpoint) (predict_linear(node_filesystem_avail_bytes${FILES}[6h], 24 * 3600)) < 0 ` +
            `and max by (instance, node, mountpoint) (node_filesystem_avail_bytes${FILES} / node_filesystem_size_bytes${FILES}) < 0.4`,
        for: "1h",
        severity: "warning",
        summary: "{{ $labels.mountpoint }} of node {{ $labels.node }} is full within a day",
        description:
            "It fills as fast as in the last six hours. When it is full the kubelet evicts pods, and " +
            "on a control plane etcd stops.",
    },
    {
        name: "NodeFilesystemAlmostFull",
        expression: `max by (instance, node, mountpoint) (node_filesystem_avail_bytes${FILES} / node_filesystem_size_bytes${FILES}) < 0.05`,
        for: "15m",
        severity: "critical",
        summary: "{{ $labels.mountpoint }} of node {{ $labels.node }} has less than 5 % left",
        description:
            "The kubelet evicts pods; on a control plane etcd stops writing, and with it every " +
            "change of the cluster.",
        explains: [{ alerts: ["NodeFilesystemFillingUp", "NodePressure"], equal: ["node"] }],
    },
    {
        name: "NodeMemoryRunningOut",
        expression:
            `predict_linear(node_memory_MemAvailable_bytes${EXPORTER}[2h], 4 * 3600) < 0 ` +
            `and node_memory_MemAvailable_bytes${EXPORTER} / node_memory_MemTotal_bytes${EXPORTER} < 0.2`,
        for: "30m",
        severity: "warning",
        summary: "Node {{ $labels.node }} has no memory left within four hours",
        description:
            "It shrinks as fast as in the last two hours. The kernel then kills what uses most beyond " +
            "its request.",
    },
    {
        name: "NodeClockWrong",
        expression: `node_timex_sync_status${EXPORTER} == 0 or abs(node_timex_offset_seconds${EXPORTER}) > 0.05`,
        for: "15m",
        severity: "warning",
        summary: "The clock of node {{ $labels.node }} is not synchronised",
        description:
            "Ceph's monitors leave the quorum beyond 50 ms, and tokens and certificates are judged by " +
            "a wrong time.",
    },
    {
        name: "NodeCapacityRunningOut",
        expression:
            `predict_linear(sum(kube_pod_container_resource_requests${STATE})[7d:1h], 30 * 86400) ` +
            `> sum(${WORKERS}) - max(${WORKERS})`,
        for: "6h",
        severity: "warning",
        summary: "In a month the pods no longer fit on one node less",
        description:
            "Requests grow as in the last week. From then on the loss of a node leaves pods that fit " +
            "nowhere.",
    },
];
