import { X509Certificate } from "node:crypto";

/**
 * Last moment of a certificate, as an ISO date; undefined for what is no certificate.
 *
 * @param certificate PEM in base64, as Talos hands certificates out
 */
export function expiry(certificate: string): string | undefined {
    try {
        const { validTo } = new X509Certificate(Buffer.from(certificate, "base64"));
        return new Date(validTo).toISOString();
    } catch {
        return undefined;
    }
}

/** From how many days before their end certificates are renewed, and people warned. */
export const renewalDays = 90;

/**
 * The warning for a talosconfig that ends soon, or has ended.
 *
 * @param end ISO date, as {@link expiry} says it
 */
export function expiringSoon(end: string | undefined, now: Date): string | undefined {
    if (end === undefined) {
        return undefined;
    }
    const days = Math.floor((Date.parse(end) - now.getTime()) / 86_400_000);
    const runbook = "docs/runbooks/talos-certificates.md";
    if (days < 0) {
        return `The certificate of the talosconfig ended on ${end.slice(0, 10)}, and neither talosctl nor Pulumi can configure a node with it: see ${runbook}, "When it has ended".`;
    }
    return days > renewalDays
        ? undefined
        : `The certificate of the talosconfig ends in ${days} days, on ${end.slice(0, 10)}: renew it as ${runbook} says, while it is valid.`;
}
