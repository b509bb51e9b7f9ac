/** Virtual clusters: whether they answer, and how much they keep. Pure. */
import { answering, type Dashboard, lines, number } from "../base/dashboard";
import { VCLUSTER_ETCD } from "./vcluster-alerts";

const JOB = `job="${VCLUSTER_ETCD}"`;
const OURS = `and on (namespace) count by (namespace) (up{${JOB}})`;

/** All virtual clusters; what each uses is on the dashboard of its tenant. */
export const vclusterDashboards: readonly Dashboard[] = [
    {
        name: "virtual-clusters",
        title: "Virtual clusters",
        purpose: "Which virtual cluster does not answer, and whose store is nearly full.",
        rows: [
            {
                title: "Control planes",
                panels: [
                    number(
                        "Without a control plane",
                        `count((max by (namespace) (kube_deployment_status_replicas_available{job="kube-state-metrics"}) == 0) ${OURS}) or vector(0)`,
                        { thresholds: { warning: 1, bad: 1 }, overview: true },
                    ),
                    lines(
                        "Pods of control planes",
                        `max by (namespace) (kube_deployment_status_replicas_available{job="kube-state-metrics"}) ${OURS}`,
                        "{{ namespace }}",
                    ),
                ],
            },
            {
                title: "Stores",
                panels: [
                    answering(VCLUSTER_ETCD),
                    lines(
                        "Members that know a leader",
                        `sum by (namespace) (etcd_server_has_leader{${JOB}})`,
                        "{{ namespace }}",
                    ),
                    lines(
                        "Size",
                        `max by (namespace) (etcd_mvcc_db_total_size_in_bytes{${JOB}})`,
                        "{{ namespace }}",
                        { unit: "bytes" },
                    ),
                ],
            },
        ],
    },
];
