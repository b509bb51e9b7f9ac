/**
 * Alerts and scrapes as the custom resources of the Prometheus operator. Pure: no Pulumi.
 *
 * Fields as in the CRDs of `monitoring.coreos.com/v1`
 * (prometheus-operator: pkg/apis/monitoring/v1/{podmonitor,prometheusrule}_types.go).
 */
import type { Alert } from "./alert";
import type { Manifest } from "./object";
import { jobOf, type Scrape, type ScrapeTls } from "./scrape";

const apiVersion = "monitoring.coreos.com/v1";

/** Whose alerts they are, and where people read about them. */
export interface AlertsOf {
    /** The system: name of the PrometheusRule, and value of the label `system` of each alert. */
    readonly system: string;
    readonly namespace: string;
    /** Where the files of the repository are read, without a slash at the end; see {@link runbookUrl}. */
    readonly repository: string | undefined;
}

/**
 * The page that says what to do about an alert.
 *
 * @param repository where the files of the repository are read, for example
 *   `https://github.com/example/platform/blob/main`; without it the path in the repository
 */
export function runbookUrl(repository: string | undefined, alert: string): string {
    const page = `docs/runbooks/${alert}.md`;
    return repository === undefined ? page : `${repository}/${page}`;
}

/** The alerts of one system as a group of rules, in the format of Prometheus itself. */
export function ruleGroup(
    { system, repository }: Pick<AlertsOf, "system" | "repository">,
    alerts: readonly Alert[],
) {
    return {
        name: system,
        rules: alerts.map((alert) => ({
            alert: alert.name,
            expr: alert.expression,
            for: alert.for,
            labels: { severity: alert.severity, system },
            annotations: {
                summary: alert.summary,
                description: alert.description,
                runbook_url: runbookUrl(repository, alert.name),
            },
        })),
    };
}

/** The alerts of one system as a PrometheusRule. */
export function prometheusRule(of: AlertsOf, alerts: readonly Alert[]): Manifest {
    return {
        apiVersion,
        kind: "PrometheusRule",
        metadata: { name: of.system, namespace: of.namespace },
        spec: { groups: [ruleGroup(of, alerts)] },
    };
}

function tlsConfig(https: ScrapeTls): object {
    return "unverified" in https
        ? { insecureSkipVerify: true }
        : {
              serverName: https.serverName,
              ca: { secret: { name: https.authority.secret, key: https.authority.key } },
          };
}

/**
 * A scrape as a PodMonitor, in the namespace of its pods.
 *
 * Without the relabeling `job` would be `<namespace>/<name>`. Labels that pods claim for themselves
 * never replace those of the target (`honorLabels` stays off): a metric that says `namespace` of its
 * own arrives with `exported_namespace`.
 *
 * @param home the system's namespace, for a scrape that names none
 */
export function podMonitor(home: string, scrape: Scrape): Manifest {
    const { name, namespace = home, pods, podLabels, port, path, https, interval } = scrape;
    return {
        apiVersion,
        kind: "PodMonitor",
        metadata: { name, namespace },
        spec: {
            selector: { matchLabels: { ...pods } },
            ...(podLabels === undefined ? {} : { podTargetLabels: [...podLabels] }),
            podMetricsEndpoints: [
                {
                    port,
                    path: path ?? "/metrics",
                    scheme: https === undefined ? "http" : "https",
                    ...(https === undefined ? {} : { tlsConfig: tlsConfig(https) }),
                    ...(interval === undefined ? {} : { interval: `${interval}s` }),
                    relabelings: [
                        { targetLabel: "job", replacement: jobOf(scrape) },
                        // By it the alert of a lost node explains those of its pods.
                        { sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "node" },
                    ],
                },
            ],
        },
    };
}
