/** What runs in the namespaces, and what it may use. Pure. */
import { type Choice, type Dashboard, lines, rates, sums, table } from "../base/dashboard";

const STATE = 'job="kube-state-metrics"';
/** One namespace or several. */
const ONE = 'namespace=~"$namespace"';
const USED = `job="kubelet", container!="", ${ONE}`;
const choices: readonly Choice[] = [{ label: "namespace", of: `kube_pod_info{${STATE}}` }];
const share = { unit: "percentunit" } as const;
const requests = (resource: string, by: string) =>
    `sum by (${by}) (kube_pod_container_resource_requests{${STATE}, ${ONE}, resource="${resource}"})`;
const processors = (by: string, window = "$__rate_interval") =>
    `sum by (${by}) (rate(container_cpu_usage_seconds_total{${USED}}[${window}]))`;
const memory = (by: string) => `sum by (${by}) (container_memory_working_set_bytes{${USED}})`;
const lacking = (by: string, wanted: string, there: string) =>
    `max by (namespace, ${by}) (${wanted}{${STATE}, ${ONE}} - ${there}{${STATE}, ${ONE}}) > 0`;

/** Namespaces, pods, workloads and jobs. */
export const workloadDashboards: readonly Dashboard[] = [
    {
        name: "namespaces",
        title: "Namespaces",
        purpose: "What each namespace uses of what it asked for.",
        choices,
        rows: [
            {
                title: "Processors",
                panels: [
                    lines("Used", processors("namespace"), "{{ namespace }}", { unit: "cores" }),
                    lines("Asked for", requests("cpu", "namespace"), "{{ namespace }}", {
                        unit: "cores",
                    }),
                    table(
                        "Used of what was asked for",
                        `sort_desc(${processors("namespace", "1h")} / ${requests("cpu", "namespace")})`,
                        share,
                    ),
                ],
            },
            {
                title: "Memory",
                panels: [
                    lines("Used", memory("namespace"), "{{ namespace }}", { unit: "bytes" }),
                    lines("Asked for", requests("memory", "namespace"), "{{ namespace }}", {
                        unit: "bytes",
                    }),
                    table(
                        "Used of what was asked for",
                        `sort_desc(${memory("namespace")} / ${requests("memory", "namespace")})`,
                        share,
                    ),
                ],
            },
        ],
    },
    {
        name: "pods",
        title: "Pods",
        purpose: "Which pod of a namespace uses too much, is held back or starts again and again.",
        choices,
        rows: [
            {
                title: "Use",
                panels: [
                    lines("Processors", processors("namespace, pod"), "{{ pod }}", {
                        unit: "cores",
                    }),
                    lines("Memory", memory("namespace, pod"), "{{ pod }}", { unit: "bytes" }),
                    rates(
                        "Received",
                        `container_network_receive_bytes_total{job="kubelet", ${ONE}}`,
                        "pod",
                        { unit: "Bps" },
                    ),
                    rates(
                        "Sent",
                        `container_network_transmit_bytes_total{job="kubelet", ${ONE}}`,
                        "pod",
                        { unit: "Bps" },
                    ),
                ],
            },
            {
                title: "Limits",
                panels: [
                    table(
                        "Memory of its limit",
                        `topk(20, max by (namespace, pod, container) (container_memory_working_set_bytes{${USED}}) / max by (namespace, pod, container) (kube_pod_container_resource_limits{${STATE}, ${ONE}, resource="memory"}))`,
                        share,
                    ),
                    lines(
                        "Time held back",
                        `sum by (pod) (rate(container_cpu_cfs_throttled_periods_total{${USED}}[$__rate_interval])) / (sum by (pod) (rate(container_cpu_cfs_periods_total{${USED}}[$__rate_interval])) > 0)`,
                        "{{ pod }}",
                        share,
                    ),
                    rates(
                        "Started again",
                        `kube_pod_container_status_restarts_total{${STATE}, ${ONE}}`,
                        "pod",
                    ),
                    table(
                        "Ended last because of",
                        `max by (namespace, pod, container, reason) (kube_pod_container_status_last_terminated_reason{${STATE}, ${ONE}}) == 1`,
                    ),
                ],
            },
        ],
    },
    {
        name: "workloads",
        title: "Workloads and jobs",
        purpose: "Which Deployment, StatefulSet, DaemonSet or job is not as it should be.",
        choices,
        rows: [
            {
                title: "Replicas that are missing",
                panels: [
                    table(
                        "Deployments",
                        lacking(
                            "deployment",
                            "kube_deployment_spec_replicas",
                            "kube_deployment_status_replicas_available",
                        ),
                    ),
                    table(
                        "StatefulSets",
                        lacking(
                            "statefulset",
                            "kube_statefulset_replicas",
                            "kube_statefulset_status_replicas_ready",
                        ),
                    ),
                    table(
                        "DaemonSets",
                        lacking(
                            "daemonset",
                            "kube_daemonset_status_desired_number_scheduled",
                            "kube_daemonset_status_number_available",
                        ),
                    ),
                    table(
                        "Still of the former version",
                        lacking(
                            "deployment",
                            "kube_deployment_spec_replicas",
                            "kube_deployment_status_replicas_updated",
                        ),
                    ),
                ],
            },
            {
                title: "Jobs",
                panels: [
                    table(
                        "Since a CronJob ended well",
                        `sort_desc(time() - max by (namespace, cronjob) (kube_cronjob_status_last_successful_time{${STATE}, ${ONE}}))`,
                        { unit: "s" },
                    ),
                    table(
                        "Failed",
                        `max by (namespace, job_name) (kube_job_failed{${STATE}, ${ONE}, condition="true"}) == 1`,
                    ),
                    sums("Running", `kube_job_status_active{${STATE}, ${ONE}}`, "namespace"),
                    table(
                        "CronJobs that are suspended",
                        `max by (namespace, cronjob) (kube_cronjob_spec_suspend{${STATE}, ${ONE}}) == 1`,
                    ),
                ],
            },
        ],
    },
    {
        name: "disruptions",
        title: "Disruptions",
        purpose: "Whether a node can be emptied now, and what would be without reserve.",
        rows: [
            {
                title: "Budgets",
                panels: [
                    table(
                        "No pod may go",
                        `max by (namespace, poddisruptionbudget) (kube_poddisruptionbudget_status_pod_disruptions_allowed{${STATE}}) == 0`,
                    ),
                    table(
                        "Fewer pods than the budget keeps",
                        `max by (namespace, poddisruptionbudget) (kube_poddisruptionbudget_status_desired_healthy{${STATE}} - kube_poddisruptionbudget_status_current_healthy{${STATE}}) > 0`,
                    ),
                    table(
                        "Nodes that take no pods",
                        `max by (node) (kube_node_spec_unschedulable{${STATE}}) == 1`,
                    ),
                ],
            },
            {
                title: "Pods that moved",
                panels: [
                    lines(
                        "Created within the last hour",
                        `count by (namespace) (time() - kube_pod_created{${STATE}} < 3600)`,
                        "{{ namespace }}",
                    ),
                    sums("Pods on each node", `kube_pod_info{${STATE}}`, "node"),
                ],
            },
        ],
    },
];
