/** Alerts on the comparison with the CIS benchmark. Its metrics are those of kube-state-metrics. Pure. */
import type { Alert } from "../base/alert";

const OURS = 'job="kube-state-metrics", namespace="kube-bench"';

export const kubeBenchAlerts: readonly Alert[] = [
    {
        name: "KubeBenchFailed",
        expression: `max by (namespace, job_name) (kube_job_status_failed{${OURS}, job_name=~"kube-bench-.*"}) > 0`,
        for: "5m",
        severity: "warning",
        summary: "{{ $labels.job_name }} has found a check of the CIS benchmark that fails anew",
        description:
            "Nodes are less safe than they were, or kube-bench could not run. It fails again each day " +
            "until the check passes or somebody accepts it.",
        explains: [{ alerts: ["JobFailed"], equal: ["namespace", "job_name"] }],
    },
    {
        name: "KubeBenchNotRun",
        expression:
            `time() - max by (cronjob) (kube_cronjob_status_last_schedule_time{${OURS}, cronjob=~"kube-bench-.*"}) > 3 * 86400 ` +
            `or absent(kube_cronjob_status_last_schedule_time{${OURS}, cronjob="kube-bench-control-plane"}) ` +
            `or absent(kube_cronjob_status_last_schedule_time{${OURS}, cronjob="kube-bench-worker"})`,
        for: "30h",
        severity: "warning",
        summary: "{{ $labels.cronjob }} has not started for three days",
        description:
            "Nobody compares these nodes with the CIS benchmark: what became less safe is not noticed.",
    },
];
