/** Metrics and alerts of virtual clusters. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { vclusterPorts } from "./vcluster-values";

/** Value of the label `job` of every virtual cluster's etcd. */
export const VCLUSTER_ETCD = "vcluster-etcd";

/** The control plane itself shows its metrics to nobody without a certificate that it makes itself. */
export const vclusterScrapes: readonly Scrape[] = [
    {
        name: VCLUSTER_ETCD,
        pods: { app: "vcluster-etcd" },
        port: "metrics",
        number: vclusterPorts.etcdMetrics,
        metrics: [
            {
                source: "etcd v3.6.8: server/etcdserver/metrics.go, server/storage/mvcc/metrics.go",
                names: [
                    "etcd_server_has_leader",
                    "etcd_server_quota_backend_bytes",
                    "etcd_mvcc_db_total_size_in_bytes",
                ],
            },
        ],
    },
];

const JOB = `job="${VCLUSTER_ETCD}"`;
const MEMBERS = `count by (namespace) (up{${JOB}})`;

/** Upstream has none. */
export const vclusterAlerts: readonly Alert[] = [
    {
        name: "VirtualClusterStoreWithoutMajority",
        expression: `sum by (namespace) (up{${JOB}}) <= ${MEMBERS} / 2`,
        for: "5m",
        severity: "critical",
        summary: "The virtual cluster in {{ $labels.namespace }} has lost its etcd",
        description:
            "Half of the members or more do not answer, so its API takes no changes. Pods that run go on.",
        explains: [{ alerts: ["VirtualClusterDown"], equal: ["namespace"] }],
    },
    {
        name: "VirtualClusterDown",
        expression:
            `max by (namespace, deployment) (kube_deployment_status_replicas_available{job="kube-state-metrics"}) == 0 ` +
            `and on (namespace) ${MEMBERS}`,
        for: "10m",
        severity: "critical",
        summary: "The virtual cluster in {{ $labels.namespace }} has no control plane",
        description:
            "Its people reach no API, and nothing that they changed becomes pods. Pods that run go on.",
    },
    {
        name: "VirtualClusterStoreNearlyFull",
        expression: `max by (namespace) (etcd_mvcc_db_total_size_in_bytes{${JOB}} / etcd_server_quota_backend_bytes{${JOB}}) > 0.6`,
        for: "30m",
        severity: "warning",
        summary: "The etcd of the virtual cluster in {{ $labels.namespace }} is nearly full",
        description:
            "At its limit it takes no changes. Its volume is as large as the limit of etcd, so it may be full earlier.",
    },
];
