/** Downloads of programs from their makers, checked against sums that this repository knows. */
import { createHash } from "node:crypto";

/** Seconds until a site must have answered; else another way is taken. */
export const ANSWER = 8;

/** Name of this machine in the names of released files, such as `linux-amd64`. */
export function platformName(): string {
    return `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
}

/**
 * The bytes of an address; gives up early when nobody answers, later when the bytes are slow.
 *
 * @param seconds that all of it may take
 */
export async function fetchFile(address: string, seconds: number): Promise<Buffer> {
    const answered = new AbortController();
    const timer = setTimeout(() => {
        answered.abort();
    }, ANSWER * 1000);
    try {
        const signal = AbortSignal.any([answered.signal, AbortSignal.timeout(seconds * 1000)]);
        const response = await fetch(address, { signal });
        clearTimeout(timer);
        if (!response.ok) {
            throw new Error(`HTTP ${response.status}`);
        }
        return Buffer.from(await response.arrayBuffer());
    } finally {
        clearTimeout(timer);
    }
}

/**
 * Checks a downloaded file.
 *
 * @param known sha256 by platform
 * @throws Error with the reason when it is not the one of the release
 */
export function requireSha256(
    file: Buffer,
    known: Readonly<Record<string, string>>,
    platform: string,
): void {
    const found = createHash("sha256").update(file).digest("hex");
    if (found !== known[platform]) {
        throw new Error(
            `the archive has sha256 ${found}, the release ${known[platform] ?? "none"}`,
        );
    }
}
