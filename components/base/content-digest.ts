/** What something is called after what it holds. Pure. */
import { createHash } from "node:crypto";

/**
 * Digits of the SHA-256 of a value's JSON: an object that cannot be changed is named by them, so that
 * another one takes its place when what it does or reads changes.
 */
export function contentDigest(value: unknown, digits = 8): string {
    return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, digits);
}
