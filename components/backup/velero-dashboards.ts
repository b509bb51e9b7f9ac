/** Backups. Pure. */
import { answering, type Dashboard, lines, number, table } from "../base/dashboard";

const JOB = 'job="velero"';
const AGENT = 'job="velero-node-agent"';

/** How old backups are, what failed, and what they weigh. */
export const veleroDashboards: readonly Dashboard[] = [
    {
        name: "backups",
        title: "Backups",
        purpose: "How much would be lost now, by tier, and whether backups are complete.",
        from: "7d",
        rows: [
            {
                title: "Now",
                panels: [
                    number(
                        "Age of the last complete backup",
                        `time() - max by (schedule) (velero_backup_last_successful_timestamp{${JOB}, schedule!=""})`,
                        { unit: "s", legend: "{{ schedule }}" },
                    ),
                    number(
                        "Targets that are not available",
                        `count(velero_backup_location_status_gauge{${JOB}} == 0) or vector(0)`,
                        { thresholds: { warning: 1, bad: 1 }, overview: true },
                    ),
                    table(
                        "Schedules whose last backup lacks something",
                        `max by (schedule) (velero_backup_last_status{${JOB}, schedule!=""}) == 0`,
                    ),
                ],
            },
            {
                title: "Work",
                panels: [
                    lines(
                        "Volumes that could not be uploaded, in an hour",
                        `sum by (node) (increase(podVolume_data_upload_failure_total{${AGENT}}[1h]))`,
                        "{{ node }}",
                    ),
                    lines(
                        "Repositories whose maintenance failed, in a day",
                        `sum by (repository_name) (increase(velero_repo_maintenance_failure_total{${JOB}}[1d]))`,
                        "{{ repository_name }}",
                    ),
                    answering("velero|velero-node-agent"),
                ],
            },
        ],
    },
];
