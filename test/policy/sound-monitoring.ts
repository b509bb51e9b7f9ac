/** Prometheus with alerts and runbooks, in parts that tests replace. */
import type { Library } from "../../policy/engines/documents/library";
import type { Parts } from "./change";
import { type Inputs, object, type Resource, standardLabels } from "./harness";
import { namespace } from "./objects";
import { running, within } from "./sound-backups";

/** A library of documents held in memory. */
export function libraryOf(documents: Readonly<Record<string, string>>): Library {
    return {
        read: (file) => documents[file],
        list: (folder) =>
            Object.keys(documents)
                .filter((file) => file.startsWith(`${folder}/`))
                .map((file) => file.slice(folder.length + 1)),
    };
}

/** A runbook with all of its parts. */
export const runbook = ["Meaning", "Impact", "Diagnosis", "Mitigation", "Escalation"]
    .map((part) => `## ${part}\n\nText.\n`)
    .join("\n");

/** A rule with everything that an alert needs. */
export function alert(name: string, expr: string, changes: Inputs = {}): Inputs {
    return {
        alert: name,
        expr,
        labels: { severity: "critical" },
        annotations: {
            summary: "It is down.",
            description: "It has been down for 5 minutes.",
            runbook_url: `https://git.example.org/platform/docs/runbooks/${name}.md`,
        },
        ...changes,
    };
}

/** A PrometheusRule with the labels that Prometheus selects. */
export function rules(name: string, ...alerts: Inputs[]): Resource {
    return object({
        apiVersion: "monitoring.coreos.com/v1",
        kind: "PrometheusRule",
        metadata: { name, namespace: "monitoring", labels: { ...standardLabels, release: "kps" } },
        spec: { groups: [{ name: "a", rules: [{ record: "a:b", expr: "1" }, ...alerts] }] },
    });
}

function selecting(kind: string): Inputs {
    return {
        [`${kind}Selector`]: { matchLabels: { release: "kps" } },
        [`${kind}NamespaceSelector`]: {},
    };
}

/** Two replicas of Prometheus, which upload metrics, and three of Alertmanager. */
export const prometheusParts: Parts = {
    prometheus: within("monitoring", "monitoring.coreos.com/v1", "Prometheus", "kps", {
        spec: {
            replicas: 2,
            retention: "30d",
            thanos: { objectStorageConfig: { name: "store", key: "config" } },
            ...selecting("serviceMonitor"),
            ...selecting("podMonitor"),
            ...selecting("rule"),
        },
    }),
    alertmanager: within("monitoring", "monitoring.coreos.com/v1", "Alertmanager", "kps", {
        spec: { replicas: 3 },
    }),
};

/** A monitor in the namespace `apps` with the labels that Prometheus selects. */
export function monitor(kind: string, spec: Inputs): Resource {
    return object({
        apiVersion: "monitoring.coreos.com/v1",
        kind,
        metadata: { name: "web", namespace: "apps", labels: { ...standardLabels, release: "kps" } },
        spec: { selector: { matchLabels: { "app.kubernetes.io/name": "test" } }, ...spec },
    });
}

/** Pods with metrics that Prometheus scrapes. */
export const scrapedParts: Parts = {
    ...prometheusParts,
    namespace: namespace("apps", { team: "a" }),
    web: running("apps", "Deployment", "web", {
        image: "ghcr.io/example/web:1.2.3",
        ports: [
            { name: "http", containerPort: 80 },
            { name: "http-metrics", containerPort: 8080 },
        ],
    }),
    service: within("apps", "v1", "Service", "web", {
        spec: {
            selector: { "app.kubernetes.io/name": "web" },
            ports: [{ name: "metrics", port: 9000, targetPort: "http-metrics" }],
        },
    }),
    monitor: monitor("ServiceMonitor", { endpoints: [{ port: "metrics" }] }),
};

/** Expressions by the name of their alert, for everything that the stack could have. */
export const expressions: Readonly<Record<string, string>> = {
    AllNodesNotReady: "sum(kube_node_status_condition{condition='Ready'}) == 0",
    PrometheusTargetDown: "up == 0",
    CertificateExpiresIn24Hours:
        "certmanager_certificate_expiration_timestamp_seconds - time() < 86400",
    CephClusterErrorState: "ceph_health_status == 2",
    CNPGLastFailedArchiveTime: "cnpg_pg_stat_archiver_last_failed_time > 0",
    VeleroBackupFailed: "increase(velero_backup_failure_total[1h]) > 0",
    ArgoCDApplicationOutOfSync: 'argocd_app_info{sync_status="OutOfSync"} > 0',
    ArgoCDSyncFailed: 'increase(argocd_app_sync_total{phase="Failed"}[1h]) > 0',
    TrivyCriticalVulnerabilityDetected: 'trivy_image_vulnerabilities{severity="Critical"} > 0',
    TrivyHighVulnerabilityCount: 'sum(trivy_image_vulnerabilities{severity=~"High|Low"}) > 10',
    TrivyOperatorDown: 'absent(up{job="trivy-operator"})',
    VeleroBackupTooOld: "time() - velero_backup_last_successful_timestamp > 7 * 3600",
    DatabaseBackupTooOld:
        "time() - barman_cloud_cloudnative_pg_io_last_available_backup_timestamp > 90000",
    EtcdSnapshotTooOld:
        'time() - kube_cronjob_status_last_successful_time{cronjob="etcd"} > 7 * 3600',
    ClientCertificateExpires:
        "histogram_quantile(0, apiserver_client_certificate_expiration_seconds_bucket) < 86400",
    TalosConfigExpires: "talosconfig_not_after - time() < 604800",
    ApiTokenExpires: "api_token_not_after - time() < 604800",
    BenchmarkFailed: 'kube_job_status_failed{job_name=~"kube-bench-.*"} > 0',
};

/** All of them. */
export const allAlerts: Resource = rules(
    "platform",
    ...Object.entries(expressions).map(([name, expr]) => alert(name, expr)),
);

/** The runbooks of all alerts, and how to restore. */
export const runbooks: Library = libraryOf({
    ...Object.fromEntries(Object.keys(expressions).map((name) => [`runbooks/${name}.md`, runbook])),
    "runbooks/restore-tier-0.md": "# Restore tier 0\n\nRTO: 90 min\n\n1. Start.\n2. Finish.\n",
});

/** The configuration of Alertmanager, in parts that tests replace. */
export const routing = {
    global: { smtp_smarthost: "smtp.example.net:465", smtp_from: "a@example.org" },
    route: {
        receiver: "critical",
        group_by: ["alertname"],
        routes: [
            {
                matchers: ['alertname="Watchdog"'],
                receiver: "switch",
                group_interval: "1m",
                repeat_interval: "1m",
            },
            { matchers: ['severity="warning"'], receiver: "warning" },
        ],
    },
    inhibit_rules: [
        {
            source_matchers: ['severity="critical"'],
            target_matchers: ['severity="warning"'],
            equal: ["alertname"],
        },
    ],
    receivers: [
        { name: "switch", webhook_configs: [{ url: "https://hc-ping.com/1" }] },
        { name: "warning", webhook_configs: [{ url: "https://ntfy.sh/a" }] },
        {
            name: "critical",
            webhook_configs: [{ url: "https://ntfy.sh/a" }],
            email_configs: [{ to: "b@example.org" }],
        },
    ],
};

/** The Secret in which the operator looks for it. */
export function routingSecret(configuration: unknown): Resource {
    return within("monitoring", "v1", "Secret", "alertmanager-kps", {
        stringData: {
            "alertmanager.yaml":
                typeof configuration === "string" ? configuration : JSON.stringify(configuration),
        },
    });
}

/** Alerts that reach two people, and a watchdog. */
export const routedParts: Parts = {
    ...prometheusParts,
    alerts: allAlerts,
    watchdog: rules("watchdog", alert("Watchdog", "vector(1)", { labels: { severity: "none" } })),
    routing: routingSecret(routing),
};
