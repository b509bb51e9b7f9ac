/** Metrics of Kubernetes' objects, and alerts of what runs in the cluster. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { stackPods } from "./kube-prometheus-stack-values";

const KSM = "kube-state-metrics v2.20.0: docs/metrics";

/** Labels and ports as in kube-state-metrics 8.4.0; its monitor keeps the labels of the objects. */
export const workloadScrapes: readonly Scrape[] = [
    {
        name: "kube-state-metrics",
        pods: stackPods.stateMetrics,
        port: "http",
        number: 8080,
        byChart: true,
        metrics: [
            {
                source: "kube-state-metrics v2.20.0: docs/metrics/workload/{cronjob,deployment,job,pod}-metrics.md, for dashboards",
                names: [
                    "kube_cronjob_created",
                    "kube_cronjob_spec_suspend",
                    "kube_cronjob_status_last_successful_time",
                    "kube_deployment_status_replicas_updated",
                    "kube_job_status_active",
                    "kube_job_status_completion_time",
                    "kube_job_status_start_time",
                    "kube_pod_container_resource_limits",
                    "kube_pod_created",
                    "kube_pod_status_unschedulable",
                ],
            },
            {
                source: "kube-state-metrics v2.20.0: docs/metrics/{cluster/node,policy/poddisruptionbudget}-metrics.md",
                names: [
                    "kube_node_spec_unschedulable",
                    "kube_poddisruptionbudget_status_current_healthy",
                    "kube_poddisruptionbudget_status_desired_healthy",
                    "kube_poddisruptionbudget_status_pod_disruptions_allowed",
                ],
            },
            {
                source: "kube-state-metrics v2.20.0: docs/metrics/storage/{persistentvolume,persistentvolumeclaim,volumeattachment}-metrics.md",
                names: [
                    "kube_persistentvolume_status_phase",
                    "kube_persistentvolumeclaim_resource_requests_storage_bytes",
                    "kube_persistentvolumeclaim_status_phase",
                    "kube_volumeattachment_status_attached",
                ],
            },
            {
                source: `${KSM}/cluster/{node,resourcequota}-metrics.md`,
                names: [
                    "kube_node_spec_taint",
                    "kube_node_status_allocatable",
                    "kube_node_status_condition",
                    "kube_resourcequota",
                ],
            },
            {
                source: `${KSM}/workload/pod-metrics.md`,
                names: [
                    "kube_pod_container_resource_requests",
                    "kube_pod_container_status_last_terminated_reason",
                    "kube_pod_container_status_restarts_total",
                    "kube_pod_container_status_waiting_reason",
                    "kube_pod_info",
                    "kube_pod_status_phase",
                ],
            },
            {
                source: `${KSM}/workload/{deployment,statefulset,daemonset,job,cronjob}-metrics.md`,
                names: [
                    "kube_cronjob_status_last_successful_time",
                    "kube_cronjob_status_last_schedule_time",
                    "kube_daemonset_status_desired_number_scheduled",
                    "kube_daemonset_status_number_available",
                    "kube_deployment_spec_replicas",
                    "kube_deployment_status_replicas_available",
                    "kube_job_failed",
                    "kube_job_status_failed",
                    "kube_statefulset_replicas",
                    "kube_statefulset_status_replicas_ready",
                ],
            },
        ],
    },
    {
        name: "kube-state-metrics-self",
        job: "kube-state-metrics",
        pods: stackPods.stateMetrics,
        port: "metrics",
        number: 8081,
        byChart: true,
        metrics: [
            {
                source: "kube-state-metrics v2.20.0: pkg/app/server.go",
                names: ["kube_state_metrics_total_shards"],
            },
        ],
    },
];

const JOB = 'job="kube-state-metrics"';
/** The node of each pod, by which the alert of a lost node explains it. */
const ON_NODE = `* on (namespace, pod) group_left (node) max by (namespace, pod, node) (kube_pod_info{${JOB}})`;

function missing(kind: string, wanted: string, there: string): string {
    return `max by (namespace, ${kind}) (${wanted}{${JOB}} - ${there}{${JOB}}) > 0`;
}

/** After kubernetes-mixin (alerts/{apps,resource}_alerts.libsonnet), which the chart 88.5.3 brings. */
export const workloadAlerts: readonly Alert[] = [
    {
        name: "PodCrashLooping",
        expression:
            "max by (namespace, pod, container) (max_over_time(kube_pod_container_status_waiting_reason" +
            `{${JOB}, reason="CrashLoopBackOff"}[5m])) ${ON_NODE} > 0`,
        for: "15m",
        severity: "warning",
        summary:
            "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} crashes again and again",
        description: "Kubernetes starts it at ever longer intervals, up to five minutes.",
    },
    {
        name: "PodNotReady",
        expression: `max by (namespace, pod) (kube_pod_status_phase{${JOB}, phase=~"Pending|Unknown"}) ${ON_NODE} > 0`,
        for: "15m",
        severity: "warning",
        summary: "Pod {{ $labels.namespace }}/{{ $labels.pod }} does not get to run",
        description:
            "It fits on no node, waits for a volume or a Secret, or its image is not there.",
    },
    {
        name: "ContainerOutOfMemory",
        expression:
            `sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total{${JOB}}[10m])) > 0 ` +
            "and on (namespace, pod, container) kube_pod_container_status_last_terminated_reason" +
            `{${JOB}, reason="OOMKilled"} == 1`,
        for: "1m",
        severity: "warning",
        summary:
            "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} was killed for its memory",
        description: "It used more than its limit and was started again.",
    },
    {
        name: "DeploymentReplicasMissing",
        expression: missing(
            "deployment",
            "kube_deployment_spec_replicas",
            "kube_deployment_status_replicas_available",
        ),
        for: "15m",
        severity: "warning",
        summary: "Deployment {{ $labels.namespace }}/{{ $labels.deployment }} lacks replicas",
        description: "Fewer of them are available than there should be; the next loss may be felt.",
    },
    {
        name: "StatefulSetReplicasMissing",
        expression: missing(
            "statefulset",
            "kube_statefulset_replicas",
            "kube_statefulset_status_replicas_ready",
        ),
        for: "15m",
        severity: "warning",
        summary: "StatefulSet {{ $labels.namespace }}/{{ $labels.statefulset }} lacks replicas",
        description:
            "One of them is not ready. On a node that is gone it stays until somebody says so.",
    },
    {
        name: "DaemonSetPodsMissing",
        expression: missing(
            "daemonset",
            "kube_daemonset_status_desired_number_scheduled",
            "kube_daemonset_status_number_available",
        ),
        for: "15m",
        severity: "warning",
        summary: "DaemonSet {{ $labels.namespace }}/{{ $labels.daemonset }} is not on every node",
        description:
            "What it does for a node, such as network, volumes or metrics, is missing there.",
    },
    {
        name: "JobFailed",
        expression: `max by (namespace, job_name) (kube_job_failed{${JOB}, condition="true"}) > 0`,
        for: "15m",
        severity: "warning",
        summary: "Job {{ $labels.namespace }}/{{ $labels.job_name }} failed",
        description: "It has used up its attempts. The alert ends when the Job is deleted.",
    },
    {
        name: "QuotaNearlyFull",
        expression:
            `max by (namespace, resource) (kube_resourcequota{${JOB}, type="used"}) ` +
            `/ (max by (namespace, resource) (kube_resourcequota{${JOB}, type="hard"}) > 0) > 0.95`,
        for: "30m",
        severity: "warning",
        summary:
            "Namespace {{ $labels.namespace }} uses 95 % of its quota of {{ $labels.resource }}",
        description: "Beyond it no pod is made there any more, not even in place of a lost one.",
    },
];
