/** Certificates as text. Pure. */
import { X509Certificate } from "node:crypto";
import { text } from "./values";

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

function isAuthority(block: string): boolean {
    try {
        return new X509Certificate(block).ca;
    } catch {
        return false;
    }
}

/** Whether a text is certificates of authorities in PEM, and nothing else. */
function areAuthorities(value: string): boolean {
    const blocks = value.match(BLOCK) ?? [];
    return blocks.length > 0 && blocks.every(isAuthority) && value.replace(BLOCK, "").trim() === "";
}

/** One certificate of an authority in PEM, or several. */
export const certificateAuthorities = text(areAuthorities, (found) =>
    typeof found === "string" && found.includes("PRIVATE KEY")
        ? "certificates alone, without a private key"
        : "certificates of authorities in PEM, -----BEGIN CERTIFICATE----- and so on",
);

/**
 * Days on which certificates ended that are over.
 *
 * @param pem text that holds nothing but certificates
 * @param today `YYYY-MM-DD`
 */
export function endedBefore(pem: string, today: string): string[] {
    return (pem.match(BLOCK) ?? [])
        .map((block) => new Date(new X509Certificate(block).validTo).toISOString().slice(0, 10))
        .filter((day) => day < today);
}
