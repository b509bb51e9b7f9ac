/** Metrics and alerts of the Barman plugin and of the base backups that it makes. Pure. */
import type { Alert } from "../base/alert";
import type { MetricSource, Scrape } from "../base/scrape";

/** Labels of the plugin's pods as in the chart plugin-barman-cloud 0.7.0. */
export const barmanCloudLabels = {
    "app.kubernetes.io/name": "plugin-barman-cloud",
    "app.kubernetes.io/instance": "plugin-barman-cloud",
} as const;

/** Ports of the plugin (plugin-barman-cloud v0.13.0: internal/cmd/operator/main.go and the chart). */
export const barmanCloudPorts = { plugin: 9090, health: 8081, metrics: 8080 } as const;

/** The plugin itself, which serves the operator of the databases. */
export const barmanCloudScrapes: readonly Scrape[] = [
    {
        name: "barman-cloud",
        namespace: "cnpg-system",
        pods: barmanCloudLabels,
        port: "metrics",
        number: barmanCloudPorts.metrics,
        metrics: [
            {
                source: "controller-runtime v0.24.1: pkg/internal/controller/metrics/metrics.go",
                names: ["controller_runtime_reconcile_errors_total"],
            },
        ],
    },
];

/** What instances tell of their base backups, beside their own metrics. */
export const baseBackupMetrics: MetricSource = {
    source: "plugin-barman-cloud v0.13.0: internal/cnpgi/instance/metrics.go",
    names: [
        "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp",
        "barman_cloud_cloudnative_pg_io_last_failed_backup_timestamp",
    ],
};

const DATABASE = "{{ $labels.namespace }}/{{ $labels.cnpg_io_cluster }}";

/** All instances of a cluster tell the same, the ones that see it first before the others. */
function ofCluster(metric: string): string {
    return `max by (namespace, cnpg_io_cluster) (barman_cloud_cloudnative_pg_io_${metric}{job="postgres"})`;
}

/** Upstream has no rules. */
export const barmanCloudAlerts: readonly Alert[] = [
    {
        name: "BarmanCloudDown",
        expression: 'absent(up{job="barman-cloud"} == 1)',
        for: "5m",
        // The operator does not look at a cluster whose plugin does not answer, not even to fail over.
        severity: "critical",
        summary: "No Barman plugin answers the operator of the databases",
        description:
            "Databases run and archive. When a primary is lost meanwhile, no standby takes its " +
            "place, and no base backup starts.",
    },
    {
        name: "BarmanCloudReconcileErrors",
        expression:
            'sum(rate(controller_runtime_reconcile_errors_total{job="barman-cloud"}[15m])) > 0',
        for: "1h",
        severity: "warning",
        summary: "The Barman plugin has been failing for an hour",
        description:
            "It cannot give a database the right to read the Secrets of its archive, so a changed " +
            "target or a new database is not archived.",
    },
    {
        name: "BaseBackupTooOld",
        expression: `time() - ${ofCluster("last_available_backup_timestamp")} > 108000`,
        for: "30m",
        severity: "critical",
        summary: `Database ${DATABASE} has no base backup of the last 30 hours`,
        description:
            "It makes one each day. A restore starts from an older one and replays more of the " +
            "log; without any, nothing can be restored.",
    },
    {
        name: "BaseBackupFailed",
        expression:
            `${ofCluster("last_failed_backup_timestamp")} > ` +
            ofCluster("last_available_backup_timestamp"),
        for: "15m",
        severity: "warning",
        summary: `The last base backup of database ${DATABASE} failed`,
        description: "The one before it and the archived log are what a restore has.",
    },
];
