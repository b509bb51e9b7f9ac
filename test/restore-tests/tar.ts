/** Damage inside of a tar archive, as a disk does it. */
import * as assert from "node:assert/strict";

const BLOCK = 512;
/** Bytes of a page of PostgreSQL. */
const PAGE = 8192;

/** Where the content of a file begins in an archive. */
function contentOf(archive: Buffer, name: string): number {
    for (let at = 0; at + BLOCK <= archive.length;) {
        const text = (from: number, length: number) =>
            archive
                .subarray(at + from, at + from + length)
                .toString("latin1")
                .replace(/\0.*$/s, "")
                .trim();
        if (text(0, 100) === "") {
            break;
        }
        const size = Number.parseInt(text(124, 12) || "0", 8);
        if (text(0, 100).endsWith(name)) {
            assert.ok(size >= 2 * PAGE, `${name} has ${size} bytes`);
            return at + BLOCK;
        }
        at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    }
    throw new Error(`the archive has no ${name}`);
}

/** Zeros the second page of a file, as a hole in it would read. */
export function zeroPage(archive: Buffer, name: string): void {
    const start = contentOf(archive, name) + PAGE;
    archive.fill(0, start, start + PAGE);
}

/** Turns one bit of the second page of a file. */
export function turnBit(archive: Buffer, name: string): void {
    const at = contentOf(archive, name) + PAGE + PAGE - 100;
    archive.writeUInt8(archive.readUInt8(at) ^ 1, at);
}
