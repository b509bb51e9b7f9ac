/**
 * Whether the bytes of an archive are a whole chart: a download that was cut off, or the page of a
 * proxy, is found here, and not by a template that misses a file. Pure.
 */
import { gunzipSync } from "node:zlib";
import { isRecord } from "./object";
import type { ChartPin } from "./pins";

/** Length of a block of a tar file, its headers included (POSIX.1-2017, pax, "ustar Interchange Format"). */
const BLOCK = 512;

function text(header: Buffer, start: number, length: number): string {
    const field = header.subarray(start, start + length);
    const end = field.indexOf(0);
    return field.subarray(0, end < 0 ? length : end).toString("utf8");
}

/** A file of a tar archive. */
interface Member {
    readonly name: string;
    readonly content: Buffer;
}

/** The members of a tar archive; undefined when it ends in the middle of one. */
function membersOf(tar: Buffer): Member[] | undefined {
    const members: Member[] = [];
    let at = 0;
    while (at + BLOCK <= tar.length) {
        const header = tar.subarray(at, at + BLOCK);
        const name = text(header, 0, 100);
        if (name === "") {
            return members;
        }
        const size = parseInt(text(header, 124, 12).trim() || "0", 8);
        const start = at + BLOCK;
        if (!Number.isInteger(size) || start + size > tar.length) {
            return undefined;
        }
        members.push({ name, content: tar.subarray(start, start + size) });
        at = start + Math.ceil(size / BLOCK) * BLOCK;
    }
    // Two empty blocks end an archive, which some leave out.
    return at === tar.length ? members : undefined;
}

function chartFault({ chart, version }: ChartPin, bytes: Buffer): string | undefined {
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
        return bytes.length === 0 ? "is empty" : "is no gzip archive";
    }
    let members: Member[] | undefined;
    try {
        members = membersOf(gunzipSync(bytes));
    } catch (error) {
        const isCut = (error as NodeJS.ErrnoException).code === "Z_BUF_ERROR";
        return isCut ? "is truncated" : "is a damaged gzip archive";
    }
    if (members === undefined) {
        return "is truncated";
    }
    const found = members.find(({ name }) => /^(?:\.\/)?[^/]+\/Chart\.yaml$/.test(name));
    const valueOf = (key: string) =>
        new RegExp(`^${key}:\\s*["']?([^"'\\s#]+)`, "m").exec(
            found?.content.toString("utf8") ?? "",
        )?.[1];
    if (found === undefined) {
        return "is no chart: it has no Chart.yaml";
    }
    const plain = (number = "") => number.replace(/^v/, "");
    return valueOf("name") === chart && plain(valueOf("version")) === plain(version)
        ? undefined
        : `is ${valueOf("name") ?? "a chart without a name"} ${valueOf("version") ?? "without a version"}, not ${chart} ${version}`;
}

function manifestsFault(bytes: Buffer): string | undefined {
    let content: unknown;
    try {
        content = JSON.parse(bytes.toString("utf8"));
    } catch {
        return bytes.length === 0 ? "is empty" : "is truncated, or no JSON";
    }
    return Array.isArray(content) && content.length > 0 && content.every(isRecord)
        ? undefined
        : "is no list of manifests";
}

/** What is wrong with the bytes of a pin, as the rest of a sentence; undefined when nothing is. */
export function contentFault(pin: ChartPin, bytes: Buffer): string | undefined {
    return pin.manifests === undefined ? chartFault(pin, bytes) : manifestsFault(bytes);
}
