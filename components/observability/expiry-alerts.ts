/** Ends that no program measures: the program that makes or is told them writes them down. Pure. */
import type { Alert } from "../base/alert";

/** Seconds since 1970 at which something ends, by the label `what`. */
export const expiryMetric = "platform_expiration_timestamp_seconds";
/** The talosconfig among them. */
export const talosconfig = "talosconfig";

/** What rules of the platform record, for alerts. */
export const expiryRecords: readonly string[] = [expiryMetric];

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
];
