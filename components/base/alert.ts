/** Alerts as data: what a system says about them. Pure: no Pulumi. */

/** How urgent an alert is: `critical` wakes somebody, `warning` waits for the morning. */
export type Severity = "critical" | "warning" | "info";

/** One alert. Its runbook is `docs/runbooks/<name>.md`. */
export interface Alert {
    /** Unique on the platform, in the style of upstream: `CertificateExpiresIn24Hours`. */
    readonly name: string;
    /** PromQL over metrics that a system of the stack exposes. */
    readonly expression: string;
    /** How long the expression must hold, as Prometheus writes durations: `15m`. */
    readonly for: string;
    readonly severity: Severity;
    /** One line, for the subject of a message; may use `{{ $labels.x }}`. */
    readonly summary: string;
    /** What happened and what it leads to, in one or two sentences; may use templates too. */
    readonly description: string;
}
