/** Metrics and alerts of Gatekeeper. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";

/** Labels of its pods as the chart gatekeeper 3.23.0 sets them. */
export const gatekeeperPods = {
    webhook: { "gatekeeper.sh/system": "yes", "gatekeeper.sh/operation": "webhook" },
    audit: { "gatekeeper.sh/system": "yes", "gatekeeper.sh/operation": "audit" },
} as const;

export const gatekeeperPorts = { webhook: 8443, metrics: 8888 } as const;

/** The prefix is of the exporter (gatekeeper v3.23.0: pkg/metrics/exporters/prometheus). */
export const gatekeeperScrapes: readonly Scrape[] = [
    {
        name: "gatekeeper-webhook",
        pods: gatekeeperPods.webhook,
        port: "metrics",
        number: gatekeeperPorts.metrics,
        metrics: [
            {
                source: "gatekeeper v3.23.0: pkg/webhook/stats_reporter.go",
                names: [
                    "gatekeeper_validation_request_duration_seconds_bucket",
                    "gatekeeper_validation_request_duration_seconds_count",
                ],
            },
            {
                source: "gatekeeper v3.23.0: pkg/controller/constrainttemplate/stats_reporter.go",
                names: ["gatekeeper_constraint_templates"],
            },
        ],
    },
    {
        name: "gatekeeper-audit",
        pods: gatekeeperPods.audit,
        port: "metrics",
        number: gatekeeperPorts.metrics,
        metrics: [
            {
                source: "gatekeeper v3.23.0: pkg/audit/stats_reporter.go",
                names: ["gatekeeper_audit_last_run_end_time", "gatekeeper_violations"],
            },
        ],
    },
];

/** Upstream has no rules. */
export const gatekeeperAlerts: readonly Alert[] = [
    {
        name: "GatekeeperDown",
        expression: 'absent(up{job="gatekeeper-webhook"} == 1)',
        for: "5m",
        severity: "critical",
        summary: "No webhook of Gatekeeper answers",
        description:
            "Where it enforces, it fails closed: outside of the exempt namespaces no pod can be created. " +
            "Where it only audits, nothing is held up.",
    },
    {
        name: "GatekeeperTemplateBroken",
        expression:
            'max(gatekeeper_constraint_templates{job="gatekeeper-webhook", status="error"}) > 0',
        for: "15m",
        severity: "warning",
        summary: "{{ $value }} constraint templates of Gatekeeper do not compile",
        description: "Their constraints say nothing: what they should refuse is let in.",
    },
    {
        name: "GatekeeperAuditStale",
        expression:
            'time() - max(gatekeeper_audit_last_run_end_time{job="gatekeeper-audit"}) > 3600 ' +
            'or absent(up{job="gatekeeper-audit"} == 1)',
        for: "30m",
        severity: "warning",
        summary: "Gatekeeper has not looked at what runs for an hour",
        description:
            "What was there before a constraint, or was let in while the webhook was down, is not told of.",
    },
    {
        name: "GatekeeperViolations",
        expression:
            'sum(max by (enforcement_action) (gatekeeper_violations{job="gatekeeper-audit"})) > 0',
        for: "1h",
        severity: "info",
        summary: "{{ $value }} objects violate constraints of Gatekeeper",
        description: "They run. The status of each constraint names them.",
    },
];
