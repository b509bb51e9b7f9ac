/** Certificates of authorities as a person writes them into the configuration. Pure. */
import { X509Certificate } from "node:crypto";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function parsed(pem: string): X509Certificate | undefined {
    try {
        return new X509Certificate(pem);
    } catch {
        return undefined;
    }
}

/** The certificates in a text; undefined for one that cannot be read. */
function certificatesIn(text: string): (X509Certificate | undefined)[] {
    return (text.match(CERTIFICATE) ?? []).map(parsed);
}

/** Whether a text is one or more certificates of authorities in PEM, and nothing else. */
export function isAuthority(text: string): boolean {
    const certificates = certificatesIn(text);
    return (
        certificates.length > 0 &&
        certificates.every((certificate) => certificate?.ca === true) &&
        !text.replace(CERTIFICATE, "").includes("-----")
    );
}

/**
 * Days on which certificates ended that are over.
 *
 * @param today `YYYY-MM-DD`
 */
export function endedBefore(text: string, today: string): string[] {
    return certificatesIn(text)
        .flatMap((certificate) => (certificate === undefined ? [] : [certificate.validTo]))
        .map((end) => new Date(end).toISOString().slice(0, 10))
        .filter((day) => day < today);
}
