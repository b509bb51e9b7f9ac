/** Alerts on the restore tests; kube-state-metrics tells of their CronJobs. Pure. */
import type { Alert } from "../base/alert";
import { RESTORE_TESTS } from "./restore-tests-plan";

const WHERE = `{job="kube-state-metrics",namespace="${RESTORE_TESTS}"}`;
const SUCCESS = `kube_cronjob_status_last_successful_time${WHERE}`;
const MADE = `kube_cronjob_created${WHERE}`;
/** A month of 31 days, and four for a person to look and run it again. */
const SECONDS = 35 * 24 * 3600;

/** Each has its runbook. */
export const restoreTestAlerts: readonly Alert[] = [
    {
        name: "RestoreTestTooOld",
        expression: `time() - max by (cronjob) (${SUCCESS}) > ${SECONDS}`,
        for: "1h",
        severity: "critical",
        summary: "No restore of {{ $labels.cronjob }} has worked for more than 35 days",
        description:
            "Backups are made, and nobody knows whether anything can be restored from them. What the last " +
            "test found is in ConfigMap restore-reports.",
    },
    {
        name: "RestoreTestNeverPassed",
        expression: `time() - max by (cronjob) (${MADE}) > ${SECONDS} unless max by (cronjob) (${SUCCESS})`,
        for: "1h",
        severity: "critical",
        summary: "No restore of {{ $labels.cronjob }} has ever worked",
        description:
            "Backups are made, and nobody has seen one that can be restored. What the last test found is in " +
            "ConfigMap restore-reports.",
    },
    {
        name: "RestoreTestFailed",
        expression: `max by (job_name) (kube_job_failed{job="kube-state-metrics",namespace="${RESTORE_TESTS}",condition="true"}) > 0`,
        for: "5m",
        severity: "warning",
        summary: "The restore test {{ $labels.job_name }} failed",
        description:
            "The copy was not whole, or could not be made; it is removed, and the source is as it was. The reason " +
            "is in ConfigMap restore-reports.",
    },
];
