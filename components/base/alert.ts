/** Alerts as data: what a system says about them. Pure: no Pulumi. */

/**
 * How urgent an alert is: `critical` wakes somebody, `warning` waits for the morning, `info` only
 * stands on dashboards, and `none` is for what always fires and says that alerts arrive at all.
 */
export type Severity = "critical" | "warning" | "info" | "none";

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
    /**
     * Alerts that say nothing more while this one fires; nobody is told of them then (OBS-07: one
     * cause, one page).
     */
    readonly explains?: readonly Explained[];
}

/** Symptoms of an alert. */
export interface Explained {
    /** Names of the alerts. */
    readonly alerts: readonly string[];
    /** Labels in which both must agree, such as `node`; default: none. */
    readonly equal?: readonly string[];
}
