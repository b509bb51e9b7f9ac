/** Metrics and alerts of the kubelet-csr-approver. Pure. */
import type { Alert } from "../base/alert";
import { controllerMetrics } from "../base/dashboard";
import type { Scrape } from "../base/scrape";

/** Labels and port as in the chart kubelet-csr-approver 1.2.14 with `metrics.enable`. */
export const kubeletCsrApproverScrapes: readonly Scrape[] = [
    {
        name: "kubelet-csr-approver",
        pods: {
            "app.kubernetes.io/name": "kubelet-csr-approver",
            "app.kubernetes.io/instance": "kubelet-csr-approver",
        },
        port: "metrics",
        number: 8080,
        metrics: [
            {
                source: "controller-runtime v0.23.3: pkg/internal/controller/metrics/metrics.go",
                names: controllerMetrics,
            },
        ],
    },
];

/** Upstream publishes no rules. */
export const kubeletCsrApproverAlerts: readonly Alert[] = [
    {
        name: "KubeletCsrApproverDown",
        expression: 'absent(up{job="kubelet-csr-approver"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "Nobody approves the serving certificates of kubelets",
        description:
            "A new node gets no certificate and existing ones are not renewed. Without one there are " +
            "no logs, no exec and no resource metrics of the node.",
    },
    {
        name: "KubeletCsrApproverErrors",
        expression:
            'sum(rate(controller_runtime_reconcile_errors_total{job="kubelet-csr-approver"}[15m])) > 0',
        for: "30m",
        severity: "warning",
        summary: "The kubelet-csr-approver keeps failing on a certificate request",
        description:
            "A kubelet's request could not be judged for half an hour: neither approved nor denied, " +
            "it is asked again and again.",
    },
];
