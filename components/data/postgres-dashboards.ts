/** Databases. Pure. */
import { controllerRow, type Dashboard, lines, number, table } from "../base/dashboard";

const JOB = 'job="postgres"';
const BY_CLUSTER = "by (namespace, cnpg_io_cluster)";
const CLUSTER = "{{ cnpg_io_cluster }}";

/** Every cluster, and the operator of all. */
export const postgresDashboards: readonly Dashboard[] = [
    {
        name: "databases",
        title: "Databases",
        purpose: "Whether each PostgreSQL cluster has its primary and standbys, and has room.",
        rows: [
            {
                title: "Clusters",
                panels: [
                    number(
                        "Without a primary",
                        `count(count ${BY_CLUSTER} (up{${JOB}}) unless count ${BY_CLUSTER} (cnpg_pg_replication_in_recovery{${JOB}} == 0)) or vector(0)`,
                        { thresholds: { warning: 1, bad: 1 }, overview: true },
                    ),
                    lines(
                        "Instances that answer",
                        `sum ${BY_CLUSTER} (cnpg_collector_up{${JOB}})`,
                        CLUSTER,
                    ),
                    lines(
                        "Seconds behind",
                        `max by (namespace, pod) (cnpg_pg_replication_lag{${JOB}})`,
                        "{{ pod }}",
                        { unit: "s" },
                    ),
                    table(
                        "Standbys that do not receive",
                        `cnpg_pg_replication_in_recovery{${JOB}} > cnpg_pg_replication_is_wal_receiver_up{${JOB}}`,
                    ),
                ],
            },
            {
                title: "Work",
                panels: [
                    lines(
                        "Transactions",
                        `sum ${BY_CLUSTER} (rate(cnpg_pg_stat_database_xact_commit{${JOB}}[$__rate_interval]))`,
                        CLUSTER,
                        { unit: "ops" },
                    ),
                    lines(
                        "Transactions taken back",
                        `sum ${BY_CLUSTER} (rate(cnpg_pg_stat_database_xact_rollback{${JOB}}[$__rate_interval]))`,
                        CLUSTER,
                        { unit: "ops" },
                    ),
                    lines(
                        "Connections",
                        `sum ${BY_CLUSTER} (cnpg_backends_total{${JOB}})`,
                        CLUSTER,
                    ),
                ],
            },
            {
                title: "Room and archive",
                panels: [
                    lines(
                        "Size of databases",
                        `max by (cnpg_io_cluster, datname) (cnpg_pg_database_size_bytes{${JOB}})`,
                        "{{ cnpg_io_cluster }}/{{ datname }}",
                        { unit: "bytes" },
                    ),
                    lines(
                        "Write-ahead log of its volume",
                        `max ${BY_CLUSTER} (cnpg_collector_pg_wal{${JOB}, value="size"}) / max ${BY_CLUSTER} (cnpg_collector_pg_wal{${JOB}, value="volume_size"})`,
                        CLUSTER,
                        { unit: "percentunit" },
                    ),
                    lines(
                        "Since the last archived segment",
                        `time() - max ${BY_CLUSTER} (cnpg_pg_stat_archiver_last_archived_time{${JOB}} > 0)`,
                        CLUSTER,
                        { unit: "s" },
                    ),
                    lines(
                        "Age of the oldest transaction",
                        `max ${BY_CLUSTER} (cnpg_pg_database_xid_age{${JOB}})`,
                        CLUSTER,
                    ),
                ],
            },
            controllerRow("cloudnative-pg"),
        ],
    },
];
