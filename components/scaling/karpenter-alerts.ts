/** Metrics, alerts and dashboard of what makes nodes when pods find no room. Pure. */
import type { Alert } from "../base/alert";
import { answering, type Dashboard, lines, rates, sums } from "../base/dashboard";
import type { Scrape } from "../base/scrape";

/** Labels of the pods, as the chart karpenter-provider-proxmox 0.4.9 sets them. */
export const karpenterPods = {
    "app.kubernetes.io/name": "karpenter-provider-proxmox",
    "app.kubernetes.io/instance": "karpenter-provider-proxmox",
} as const;

/** Port of the metrics; the chart has it in two places, and only this number in both. */
export const karpenterMetricsPort = 8080;

const JOB = 'job="karpenter"';

export const karpenterScrapes: readonly Scrape[] = [
    {
        name: "karpenter",
        pods: karpenterPods,
        port: "metrics",
        number: karpenterMetricsPort,
        metrics: [
            {
                source: "karpenter v1.14.0: pkg/cloudprovider/metrics/cloudprovider.go",
                names: ["karpenter_cloudprovider_errors_total"],
            },
            {
                source: "karpenter v1.14.0: pkg/controllers/metrics/nodepool/controller.go",
                names: ["karpenter_nodepools_limit", "karpenter_nodepools_usage"],
            },
            {
                source: "karpenter v1.14.0: pkg/controllers/provisioning/scheduling/metrics.go",
                names: ["karpenter_scheduler_unschedulable_pods_count"],
            },
            {
                source: "karpenter v1.14.0: pkg/metrics/metrics.go",
                names: ["karpenter_nodes_created_total", "karpenter_nodes_terminated_total"],
            },
        ],
    },
];

/** Upstream publishes no rules. */
export const karpenterAlerts: readonly Alert[] = [
    {
        name: "KarpenterDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "No Karpenter answers: no node is made for pods that find no room",
        description:
            "Nodes that it made go on. None is added, and none is given back when it is idle.",
    },
    {
        name: "KarpenterMachinesFail",
        expression: `sum(increase(karpenter_cloudprovider_errors_total{${JOB}, method="Create"}[30m])) > 3`,
        for: "15m",
        severity: "warning",
        summary: "Proxmox gave Karpenter no machine {{ $value | humanize }} times in half an hour",
        description:
            "Pods wait for a node that is not made: the token, the template, the storage or no room on the hosts.",
    },
    {
        name: "KarpenterAtLimit",
        expression:
            `max by (nodepool, resource_type) (karpenter_nodepools_usage{${JOB}, resource_type=~"cpu|memory"}) / ` +
            `(max by (nodepool, resource_type) (karpenter_nodepools_limit{${JOB}, resource_type=~"cpu|memory"}) > 0) > 0.9`,
        for: "1h",
        severity: "warning",
        summary:
            "Karpenter has given {{ $value | humanizePercentage }} of the {{ $labels.resource_type }} that it may",
        description: "The next pods without room wait. What was a peak may be what is needed now.",
    },
];

export const karpenterDashboards: readonly Dashboard[] = [
    {
        name: "karpenter",
        title: "Nodes on demand",
        purpose:
            "How many nodes Karpenter has made, of how many it may, and whether Proxmox lets it.",
        from: "7d",
        rows: [
            {
                title: "Nodes",
                panels: [
                    sums(
                        "Given",
                        `karpenter_nodepools_usage{${JOB}, resource_type=~"cpu|nodes"}`,
                        "resource_type",
                    ),
                    lines(
                        "Made in a day",
                        `sum(increase(karpenter_nodes_created_total{${JOB}}[1d]))`,
                        "made",
                    ),
                    lines(
                        "Given back in a day",
                        `sum(increase(karpenter_nodes_terminated_total{${JOB}}[1d]))`,
                        "given back",
                    ),
                ],
            },
            {
                title: "What does not go on",
                panels: [
                    sums(
                        "Pods that no node of it would hold",
                        `karpenter_scheduler_unschedulable_pods_count{${JOB}}`,
                        "controller",
                    ),
                    rates(
                        "Errors of Proxmox",
                        `karpenter_cloudprovider_errors_total{${JOB}}`,
                        "method, error",
                    ),
                    answering("karpenter"),
                ],
            },
        ],
    },
];
