/** Archives of databases. Pure. */
import { controllerRow, type Dashboard, highest, lines, rates, table } from "../base/dashboard";

const JOB = 'job="postgres"';
const BY_CLUSTER = "by (namespace, cnpg_io_cluster)";
const backup = (which: string) =>
    `max ${BY_CLUSTER} (barman_cloud_cloudnative_pg_io_${which}_timestamp{${JOB}})`;

/** How old the last good base backup is, and how far the archive is behind. */
export const barmanCloudDashboards: readonly Dashboard[] = [
    {
        name: "database-backups",
        title: "Backups of databases",
        purpose:
            "How much of each database would be lost now, and back to when it can be restored.",
        from: "7d",
        rows: [
            {
                title: "Base backups",
                panels: [
                    table(
                        "Age of the last one",
                        `sort_desc(time() - (${backup("last_available_backup")} > 0))`,
                        { unit: "s" },
                    ),
                    lines(
                        "Can be restored back to, days ago",
                        `(time() - (${backup("first_recoverability_point")} > 0)) / 86400`,
                        "{{ namespace }}/{{ cnpg_io_cluster }}",
                    ),
                    table(
                        "Failed after the last good one",
                        `${backup("last_failed_backup")} > ${backup("last_available_backup")}`,
                        { unit: "dateTimeAsIso" },
                    ),
                ],
            },
            {
                title: "Write-ahead log",
                panels: [
                    lines(
                        "Since the last archived segment",
                        `time() - max ${BY_CLUSTER} (cnpg_pg_stat_archiver_last_archived_time{${JOB}} > 0)`,
                        "{{ namespace }}/{{ cnpg_io_cluster }}",
                        { unit: "s" },
                    ),
                    rates(
                        "Archived",
                        `cnpg_pg_stat_archiver_archived_count{${JOB}}`,
                        "cnpg_io_cluster",
                    ),
                    rates(
                        "Failed",
                        `cnpg_pg_stat_archiver_failed_count{${JOB}}`,
                        "cnpg_io_cluster",
                    ),
                    highest(
                        "Segments that wait",
                        `cnpg_collector_pg_wal_archive_status{${JOB}, value="ready"}`,
                        "cnpg_io_cluster",
                    ),
                ],
            },
            controllerRow("barman-cloud"),
        ],
    },
];
