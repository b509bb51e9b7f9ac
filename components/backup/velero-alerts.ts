/** Metrics and alerts of Velero. Pure. */
import type { Alert } from "../base/alert";
import { backupPeriods } from "../base/backup-tier";
import type { Scrape } from "../base/scrape";
import { scheduleName } from "./velero-manifests";

/** Labels that the chart velero 12.1.0 gives the pods of the server. */
export const veleroServerLabels = { name: "velero" } as const;
/** The same of the agents on the nodes. */
export const veleroAgentLabels = { name: "node-agent" } as const;

const source = "velero v1.18.1: pkg/metrics/metrics.go";

/** The port is that of the chart. */
export const veleroScrapes: readonly Scrape[] = [
    {
        name: "velero",
        pods: veleroServerLabels,
        port: "http-monitoring",
        number: 8085,
        metrics: [
            {
                source,
                names: [
                    "velero_backup_last_status",
                    "velero_backup_last_successful_timestamp",
                    "velero_backup_location_status_gauge",
                    "velero_repo_maintenance_failure_total",
                ],
            },
        ],
    },
    {
        name: "velero-node-agent",
        pods: veleroAgentLabels,
        port: "http-monitoring",
        number: 8085,
        metrics: [{ source, names: ["podVolume_data_upload_failure_total"] }],
    },
];

/** Beyond the period of a tier: what a large backup takes, and a node that is drained meanwhile. */
const PATIENCE_HOURS = 2;

const SUCCESS = "velero_backup_last_successful_timestamp";

function tooOld(): string {
    return backupPeriods
        .map(({ tier, hours }) => {
            const seconds = (hours + PATIENCE_HOURS) * 3600;
            return `time() - max by (schedule) (${SUCCESS}{job="velero",schedule="${scheduleName(tier)}"}) > ${seconds}`;
        })
        .join(" or ");
}

/** Upstream's chart has no rules but comments. */
export const veleroAlerts: readonly Alert[] = [
    {
        name: "VeleroBackupFailed",
        expression: 'max by (schedule) (velero_backup_last_status{job="velero",schedule!=""}) == 0',
        for: "15m",
        severity: "warning",
        summary: "The last backup of {{ $labels.schedule }} failed, or lacks something",
        description:
            "Older backups are there. What the last one lacks is in its log, and the next one tries " +
            "again.",
    },
    {
        name: "BackupTooOld",
        expression: tooOld(),
        for: "15m",
        severity: "critical",
        summary:
            "{{ $labels.schedule }} has had no complete backup for longer than its tier allows",
        description:
            "Whatever is lost now takes more with it than was agreed. Look at the last backups of the " +
            "schedule.",
    },
    {
        name: "BackupNeverMade",
        // The longest period of the two is a day.
        expression: [0, 1]
            .map((tier) => `absent(${SUCCESS}{job="velero",schedule="tier-${tier}"})`)
            .join(" or "),
        for: "26h",
        severity: "critical",
        summary: "{{ $labels.schedule }} has no complete backup at all",
        description:
            "Nothing of its namespaces could be restored. The target refuses what is written, or the " +
            "schedule does not run.",
    },
    {
        name: "BackupLocationUnavailable",
        expression:
            'min by (backup_location_name) (velero_backup_location_status_gauge{job="velero"}) == 0',
        for: "30m",
        severity: "critical",
        summary: "The target of backups, {{ $labels.backup_location_name }}, is not available",
        description:
            "No backup is written and none can be restored: it is not reached, or refuses the key.",
    },
    {
        name: "VolumeUploadFailing",
        expression:
            'sum by (node) (increase(podVolume_data_upload_failure_total{job="velero-node-agent"}[6h])) > 0',
        for: "5m",
        severity: "warning",
        summary: "Data of volumes could not be uploaded from node {{ $labels.node }}",
        description: "The backup that it belongs to lacks that volume.",
    },
    {
        name: "BackupMaintenanceFailing",
        expression:
            'sum by (repository_name) (increase(velero_repo_maintenance_failure_total{job="velero"}[1d])) > 3',
        for: "1h",
        severity: "warning",
        summary: "The repository {{ $labels.repository_name }} is not maintained",
        description:
            "Backups go on, but the space of those that are over is not given back, and the target fills.",
    },
    {
        name: "VeleroDown",
        expression: 'absent(up{job="velero"} == 1)',
        for: "15m",
        severity: "warning",
        summary: "Velero does not answer",
        description: "No backup is made and nothing is restored. BackupTooOld follows if it stays.",
    },
    {
        name: "VeleroNodeAgentDown",
        expression: 'up{job="velero-node-agent"} == 0',
        for: "30m",
        severity: "warning",
        summary: "Velero's agent {{ $labels.pod }} does not answer",
        description:
            "No data of volumes is uploaded from its node; others take over what they can.",
    },
];
