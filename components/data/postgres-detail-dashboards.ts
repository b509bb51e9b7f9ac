/** A PostgreSQL cluster from the inside. Pure. */
import { type Choice, type Dashboard, highest, lines, rates, sums, table } from "../base/dashboard";

const JOB = 'job="postgres"';
const ONE = `${JOB}, cnpg_io_cluster=~"$cnpg_io_cluster"`;
const choices: readonly Choice[] = [{ label: "cnpg_io_cluster", of: `cnpg_collector_up{${JOB}}` }];
const DATABASE = "cnpg_io_cluster, datname";
const seconds = { unit: "s" } as const;
const bytes = { unit: "bytes" } as const;

/** Replication, queries and upkeep of one cluster or several. */
export const postgresDetailDashboards: readonly Dashboard[] = [
    {
        name: "database-replication",
        title: "Replication of databases",
        purpose: "How far each standby is behind, and what it waits for.",
        choices,
        rows: [
            {
                title: "Standbys",
                panels: [
                    highest("Behind", `cnpg_pg_replication_lag{${ONE}}`, "pod", seconds),
                    highest(
                        "Until a standby has written it",
                        `cnpg_pg_stat_replication_write_lag_seconds{${ONE}}`,
                        "application_name",
                        seconds,
                    ),
                    highest(
                        "Until a standby shows it",
                        `cnpg_pg_stat_replication_replay_lag_seconds{${ONE}}`,
                        "application_name",
                        seconds,
                    ),
                    highest(
                        "Not shown yet",
                        `cnpg_pg_stat_replication_replay_diff_bytes{${ONE}}`,
                        "application_name",
                        bytes,
                    ),
                ],
            },
            {
                title: "Cluster",
                panels: [
                    highest(
                        "Standbys that receive",
                        `cnpg_pg_replication_streaming_replicas{${ONE}}`,
                        "cnpg_io_cluster",
                    ),
                    highest(
                        "Kept for a slot",
                        `cnpg_pg_replication_slots_pg_wal_lsn_diff{${ONE}}`,
                        "cnpg_io_cluster, slot_name",
                        bytes,
                    ),
                    highest(
                        "Nodes it runs on",
                        `cnpg_collector_nodes_used{${ONE}}`,
                        "cnpg_io_cluster",
                    ),
                    table(
                        "Fenced",
                        `max by (namespace, pod) (cnpg_collector_fencing_on{${ONE}}) == 1`,
                    ),
                ],
            },
        ],
    },
    {
        name: "database-queries",
        title: "Queries of databases",
        purpose: "What clients do in a database, what they wait for and what they undo.",
        choices,
        rows: [
            {
                title: "Clients",
                panels: [
                    sums(
                        "Connections by state",
                        `cnpg_backends_total{${ONE}}`,
                        "cnpg_io_cluster, state",
                    ),
                    highest(
                        "Longest transaction",
                        `cnpg_backends_max_tx_duration_seconds{${ONE}}`,
                        DATABASE,
                        seconds,
                    ),
                    highest(
                        "Wait for others",
                        `cnpg_backends_waiting_total{${ONE}}`,
                        "cnpg_io_cluster",
                    ),
                    rates("Deadlocks", `cnpg_pg_stat_database_deadlocks{${ONE}}`, DATABASE),
                ],
            },
            {
                title: "Rows",
                panels: [
                    rates("Read", `cnpg_pg_stat_database_tup_fetched{${ONE}}`, DATABASE),
                    rates("Added", `cnpg_pg_stat_database_tup_inserted{${ONE}}`, DATABASE),
                    rates("Changed", `cnpg_pg_stat_database_tup_updated{${ONE}}`, DATABASE),
                    lines(
                        "Found in memory",
                        `sum by (cnpg_io_cluster) (rate(cnpg_pg_stat_database_blks_hit{${ONE}}[$__rate_interval])) / (sum by (cnpg_io_cluster) (rate(cnpg_pg_stat_database_blks_hit{${ONE}}[$__rate_interval])) + sum by (cnpg_io_cluster) (rate(cnpg_pg_stat_database_blks_read{${ONE}}[$__rate_interval])) > 0)`,
                        "{{ cnpg_io_cluster }}",
                        { unit: "percentunit" },
                    ),
                    rates("Sorted on disk", `cnpg_pg_stat_database_temp_bytes{${ONE}}`, DATABASE, {
                        unit: "Bps",
                    }),
                ],
            },
        ],
    },
];
