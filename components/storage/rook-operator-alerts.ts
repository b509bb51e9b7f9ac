/** Metrics and alerts of the Rook operator. Pure. */
import type { Alert } from "../base/alert";
import { controllerMetrics } from "../base/dashboard";
import type { Scrape } from "../base/scrape";

/**
 * The port is there through `ROOK_OPERATOR_METRICS_BIND_ADDRESS`, which is off by default
 * (rook v1.20.6: pkg/operator/ceph/cr_manager.go).
 *
 * The CSI drivers and their operator have no metrics: that operator serves none by default
 * (ceph-csi-operator v1.0.4: cmd/main.go), and a driver's `liveness` would be one more container in
 * each of its pods, on the network of every node, that only says whether a socket answers. Volumes
 * that do not mount show at the pods that wait for them.
 */
export const rookOperatorScrapes: readonly Scrape[] = [
    {
        name: "rook-ceph-operator",
        pods: { app: "rook-ceph-operator" },
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

/** Upstream has rules for Ceph only. */
export const rookOperatorAlerts: readonly Alert[] = [
    {
        name: "RookOperatorDown",
        expression: 'absent(up{job="rook-ceph-operator"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "The Rook operator does not answer",
        description:
            "Ceph and its volumes go on. Nobody replaces a failed monitor or reacts to changes of " +
            "the cluster, its pools and its buckets.",
    },
    {
        name: "RookReconcileErrors",
        expression:
            "sum by (controller) (rate(controller_runtime_reconcile_errors_total" +
            '{job="rook-ceph-operator"}[15m])) > 0',
        for: "1h",
        severity: "warning",
        summary: "{{ $labels.controller }} of Rook has been failing for an hour",
        description:
            "What a resource of Ceph says is not put into practice; the operator tries again and " +
            "again.",
    },
];
