/** DR-09: a backup that stops does not stop silently. */
import type { StackCriterion } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import {
    letsThrough,
    namesIn,
    type Watch,
    watching,
    watchMetrics,
} from "../../engines/monitoring/alerts";
import { archivesItself, databasesOf } from "./wal-archive";
import { snapshotJobs } from "./presence";
import { veleroOf } from "./velero";

/** velero pkg/metrics/metrics.go. */
const VELERO: readonly Watch[] = [
    watchMetrics(
        "a backup of Velero failed",
        "velero_backup_failure_total",
        "velero_backup_last_status",
    ),
    watchMetrics(
        "the last good backup of Velero is too old",
        "velero_backup_last_successful_timestamp",
    ),
];

/**
 * cloudnative-pg config/manager/default-monitoring.yaml and docs/src/monitoring.md; those of the
 * plugin in plugin-barman-cloud web/docs/observability.md.
 */
const DATABASES: readonly Watch[] = [
    watchMetrics(
        "a database cannot archive its WAL",
        "cnpg_pg_stat_archiver_failed_count",
        "cnpg_pg_stat_archiver_last_failed_time",
        "cnpg_pg_stat_archiver_seconds_since_last_failure",
        "cnpg_pg_stat_archiver_seconds_since_last_archival",
        "cnpg_collector_pg_wal_archive_status",
    ),
    watchMetrics(
        "the last base backup of a database is too old",
        "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp",
        "cnpg_collector_last_available_backup_timestamp",
    ),
];

/** kube-state-metrics docs/metrics/workload/cronjob-metrics.md. */
const CRON_JOB = "kube_cronjob_status_last_successful_time";

function watchJob(job: string): Watch {
    return {
        when: `the last snapshot of etcd by CronJob ${job} is too old`,
        isAbout: ({ expression }) =>
            namesIn(expression).has(CRON_JOB) && letsThrough(expression, "cronjob", job),
        wanted: `add one on ${CRON_JOB}{cronjob="${job}"}`,
    };
}

function watchesOf(facts: Facts): Watch[] {
    const archiving = databasesOf(facts).some((fact) => archivesItself(facts, fact) !== false);
    return [
        ...(veleroOf(facts) === undefined ? [] : VELERO),
        ...(archiving ? DATABASES : []),
        ...snapshotJobs(facts).map(({ fact }) => watchJob(fact.object.name)),
    ];
}

/** DR-09. */
export const backupAlerts: StackCriterion = {
    id: "DR-09",
    name: "dr-09-backup-alerts",
    description:
        "Checks that alerts fire when a backup fails, a backup is too old, a database cannot archive, or the last etcd snapshot is too old.",
    severity: "high",
    remediation: "Add the alert to a PrometheusRule that Prometheus selects.",
    judgeStack: watching(watchesOf),
};
