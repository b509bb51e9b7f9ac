/** Metrics and alerts of PostgreSQL clusters: one scrape for each, the same alerts for all. Pure. */
import { instanceLabels, postgresPorts } from "../../operators/cloudnative-pg-labels";
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";
import { baseBackupMetrics } from "./barman-cloud-alerts";

/** Label of a cluster's pods; on metrics it is `cnpg_io_cluster`. */
const CLUSTER = "cnpg.io/cluster";

/**
 * The instances of a cluster; there without any setting, as plain HTTP (cloudnative-pg v1.30.0:
 * pkg/specs/pods.go).
 *
 * @param cluster name of the cluster
 */
export function postgresScrapes(cluster: string): readonly Scrape[] {
    return [
        {
            name: cluster,
            job: "postgres",
            // Jobs that make instances carry the cluster's label too, but no role.
            pods: instanceLabels(cluster),
            podLabels: [CLUSTER],
            port: "metrics",
            number: postgresPorts.metrics,
            metrics: [
                {
                    source: "cloudnative-pg v1.30.0: pkg/management/postgres/webserver/metricserver/pg_collector.go",
                    names: [
                        "cnpg_collector_fencing_on",
                        "cnpg_collector_nodes_used",
                        "cnpg_collector_pg_wal_archive_status",
                    ],
                },
                {
                    source: "cloudnative-pg v1.30.0: config/manager/default-monitoring.yaml",
                    names: [
                        "cnpg_backends_max_tx_duration_seconds",
                        "cnpg_backends_waiting_total",
                        "cnpg_pg_replication_slots_pg_wal_lsn_diff",
                        "cnpg_pg_replication_streaming_replicas",
                        "cnpg_pg_stat_archiver_archived_count",
                        "cnpg_pg_stat_archiver_failed_count",
                        "cnpg_pg_stat_database_blks_hit",
                        "cnpg_pg_stat_database_blks_read",
                        "cnpg_pg_stat_database_deadlocks",
                        "cnpg_pg_stat_database_temp_bytes",
                        "cnpg_pg_stat_database_tup_fetched",
                        "cnpg_pg_stat_database_tup_inserted",
                        "cnpg_pg_stat_database_tup_updated",
                        "cnpg_pg_stat_replication_replay_diff_bytes",
                        "cnpg_pg_stat_replication_replay_lag_seconds",
                        "cnpg_pg_stat_replication_write_lag_seconds",
                    ],
                },
                {
                    source: "cloudnative-pg v1.30.0: pkg/management/postgres/webserver/metricserver/pg_collector.go",
                    names: ["cnpg_collector_pg_wal", "cnpg_collector_up"],
                },
                {
                    source: "cloudnative-pg v1.30.0: config/manager/default-monitoring.yaml",
                    names: [
                        "cnpg_backends_total",
                        "cnpg_pg_database_size_bytes",
                        "cnpg_pg_database_xid_age",
                        "cnpg_pg_replication_in_recovery",
                        "cnpg_pg_replication_is_wal_receiver_up",
                        "cnpg_pg_replication_lag",
                        "cnpg_pg_stat_archiver_last_archived_time",
                        "cnpg_pg_stat_archiver_last_failed_time",
                        "cnpg_pg_stat_database_xact_commit",
                        "cnpg_pg_stat_database_xact_rollback",
                    ],
                },
                baseBackupMetrics,
            ],
        },
    ];
}

const DATABASE = "{{ $labels.namespace }}/{{ $labels.cnpg_io_cluster }}";
const INSTANCE = "{{ $labels.namespace }}/{{ $labels.pod }}";

/**
 * After cloudnative-pg v1.30.0: docs/src/samples/monitoring/prometheusrule.yaml, whose
 * `LastFailedArchiveTime` is `CNPGLastFailedArchiveTime` here. Alerts about base backups come with what
 * makes them (`barman-cloud-alerts.ts`).
 */
export const postgresAlerts: readonly Alert[] = [
    {
        name: "CNPGPrimaryMissing",
        expression:
            'count by (namespace, cnpg_io_cluster) (up{job="postgres"}) unless ' +
            "count by (namespace, cnpg_io_cluster) " +
            '(cnpg_pg_replication_in_recovery{job="postgres"} == 0)',
        for: "3m",
        severity: "critical",
        summary: `Database ${DATABASE} has no primary`,
        description:
            "None of its instances accepts writes. The operator promotes a standby within a minute " +
            "where one is fit for it; it did not.",
    },
    {
        name: "CNPGInstanceDown",
        expression: 'cnpg_collector_up{job="postgres"} == 0 or up{job="postgres"} == 0',
        for: "10m",
        severity: "warning",
        summary: `Instance ${INSTANCE} of a database is down`,
        description: "The database goes on with its other instances and has less reserve.",
    },
    {
        name: "CNPGReplicaNotStreaming",
        expression:
            'cnpg_pg_replication_in_recovery{job="postgres"} > ' +
            'cnpg_pg_replication_is_wal_receiver_up{job="postgres"}',
        for: "10m",
        severity: "warning",
        summary: `Standby ${INSTANCE} does not receive from its primary`,
        description:
            "It falls behind with every write and cannot take over without losing them. The primary " +
            "keeps what the standby misses, which fills its volume for the write-ahead log.",
    },
    {
        name: "CNPGReplicationLag",
        expression: 'cnpg_pg_replication_lag{job="postgres"} > 300',
        for: "10m",
        severity: "warning",
        summary: `Standby ${INSTANCE} is {{ $value | humanizeDuration }} behind`,
        description:
            "It receives, but applies too slowly. Reads there are old, and a failover to it takes as " +
            "long as it needs to catch up.",
    },
    {
        name: "CNPGLastFailedArchiveTime",
        expression:
            '(cnpg_pg_stat_archiver_last_failed_time{job="postgres"} - ' +
            'cnpg_pg_stat_archiver_last_archived_time{job="postgres"}) > 1',
        for: "5m",
        severity: "warning",
        summary: `${INSTANCE} cannot archive its write-ahead log`,
        description:
            "Since the last failure no segment was archived: restores end before it, and segments " +
            "pile up until the volume is full and the database stops.",
    },
    {
        name: "CNPGWalVolumeFilling",
        expression:
            'cnpg_collector_pg_wal{job="postgres", value="size"} / ignoring (value) ' +
            'cnpg_collector_pg_wal{job="postgres", value="volume_size"} > 0.75',
        for: "10m",
        severity: "critical",
        summary: `The write-ahead log of ${INSTANCE} fills its volume`,
        description:
            "{{ $value | humanizePercentage }} of it are used. When it is full, PostgreSQL stops.",
    },
    {
        name: "CNPGTransactionIdAge",
        expression:
            'max by (namespace, cnpg_io_cluster, datname) (cnpg_pg_database_xid_age{job="postgres"}) ' +
            "> 500000000",
        for: "1h",
        severity: "warning",
        summary: `Database {{ $labels.datname }} of ${DATABASE} is late with freezing`,
        description:
            "Its oldest transaction is {{ $value | humanize }} transactions old. At two billion " +
            "PostgreSQL refuses writes; autovacuum should have acted at 200 million.",
    },
];

/**
 * Databases accept writes. A cluster of which nothing has been seen for an hour was deleted; until
 * then it counts as one without a primary.
 */
export const postgresObjectives: readonly Objective[] = [
    {
        name: "postgres-availability",
        percent: 99.9,
        indicator: {
            share:
                "(count(count by (namespace, cnpg_io_cluster) " +
                '(cnpg_pg_replication_in_recovery{job="postgres"} == 0)) or vector(0)) / ' +
                "count(count by (namespace, cnpg_io_cluster) " +
                '(last_over_time(up{job="postgres"}[1h])))',
        },
        description: "Databases have a primary, which accepts writes.",
        alert: "PostgresErrorBudgetBurn",
        spared: {
            butKilled:
                "a primary that is cut off takes writes that nobody else has, and a wrong clock is written into rows",
        },
    },
];
