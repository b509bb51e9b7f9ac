/** Ends that no program measures: the program that makes or is told them writes them down. Pure. */
import type { Alert } from "../base/alert";

/** Seconds since 1970 at which something ends, by the label `what`. */
export const expiryMetric = "platform_expiration_timestamp_seconds";
/** The talosconfig among them. */
export const talosconfig = "talosconfig";

/** Seconds since 1970 at which a secret got its value, by the labels `secret_name` and `owner`. */
export const secretMade = "platform_secret_made_timestamp_seconds";
/** The same of the moment from which on it is overdue. */
export const secretDue = "platform_secret_due_timestamp_seconds";

/** What rules of the platform record, for alerts. */
export const expiryRecords: readonly string[] = [expiryMetric, secretMade, secretDue];

/** The operator's own: nothing upstream knows these ends. */
export const expiryAlerts: readonly Alert[] = [
    {
        name: "TalosconfigExpiresSoon",
        expression: `max by (what) (${expiryMetric}{what="${talosconfig}"}) - time() < 30 * 86400`,
        for: "1h",
        severity: "warning",
        summary: "The certificate of the talosconfig ends in {{ $value | humanizeDuration }}",
        description: "From then on neither talosctl nor Pulumi can change a node.",
    },
    {
        name: "TokenExpiresSoon",
        expression: `max by (what) (${expiryMetric}{what!="${talosconfig}"}) - time() < 14 * 86400`,
        for: "1h",
        severity: "warning",
        summary: "{{ $labels.what }} ends in {{ $value | humanizeDuration }}",
        description: "Whoever uses it is refused from then on. Its day stands in the settings.",
    },
    {
        name: "SecretRenewalDue",
        expression: `(min by (secret_name, owner) (${secretDue}) - time()) < 14 * 86400 >= 0`,
        for: "1h",
        severity: "warning",
        summary: "{{ $labels.secret_name }} is to be renewed in {{ $value | humanizeDuration }}",
        description:
            "Its period ends (SEC-14). `make rotate SECRET={{ $labels.secret_name }}` renews it without " +
            "downtime, or says how; it is for {{ $labels.owner }}.",
    },
    {
        name: "SecretRenewalOverdue",
        expression: `time() - min by (secret_name, owner) (${secretDue}) > 0`,
        for: "1h",
        severity: "warning",
        summary:
            "{{ $labels.secret_name }} should have been renewed {{ $value | humanizeDuration }} ago",
        description:
            "Whoever ever read it still can use it (SEC-14). `make rotate SECRET={{ $labels.secret_name }}` " +
            "renews it without downtime, or says how; it is for {{ $labels.owner }}.",
    },
];
