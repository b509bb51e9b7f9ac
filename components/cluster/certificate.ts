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
