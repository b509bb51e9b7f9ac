/** Alerts on the snapshots of etcd; kube-state-metrics tells of the CronJob. Pure. */
import type { Alert } from "../base/alert";
import { ETCD_BACKUP } from "./etcd-backup-manifests";

const JOB = 'job="kube-state-metrics"';
const SUCCESS = `kube_cronjob_status_last_successful_time{${JOB},namespace="${ETCD_BACKUP}",cronjob="${ETCD_BACKUP}"}`;
/** Six hours, and one for what the snapshot takes and a node that is drained. */
const SECONDS = 7 * 3600;

/** Upstream has no rules. */
export const etcdBackupAlerts: readonly Alert[] = [
    {
        name: "EtcdBackupTooOld",
        expression: `time() - max(${SUCCESS}) > ${SECONDS}`,
        for: "15m",
        severity: "critical",
        summary: "The last snapshot of etcd is older than seven hours",
        description:
            "One is taken every six hours. If all control planes were lost now, what was changed since " +
            "would be lost with them.",
    },
    {
        name: "EtcdBackupNeverMade",
        expression: `absent(${SUCCESS})`,
        for: "7h",
        severity: "critical",
        summary: "No snapshot of etcd has ever been finished",
        description:
            "A cluster whose control planes are lost could not be brought back. The target refuses what " +
            "is written, or the Talos API does not answer.",
    },
    {
        name: "EtcdBackupFailed",
        expression: `max(kube_job_failed{${JOB},namespace="${ETCD_BACKUP}",condition="true"}) > 0`,
        for: "5m",
        severity: "warning",
        summary: "A snapshot of etcd failed",
        description: "The one before it is there; the next is tried within six hours.",
    },
];
