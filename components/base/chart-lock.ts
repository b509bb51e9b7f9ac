/**
 * `charts.lock.json`: the sha256 of each chart archive that its upstream published. A digest that is
 * known from public records comes with them; one that was locked at its first use on this side is
 * only the digest.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { RunError } from "@pulumi/pulumi/errors";
import { isRecord } from "./object";

/** A digest, and the public records that agree on it, where there are some. */
interface Entry {
    readonly sha256: string;
    readonly sources?: readonly string[];
}

/** What git leaves in a file that two branches have changed. */
const CONFLICT = /^(?:<{7}|={7}|>{7}|\|{7})/;
const SHA256 = /^[0-9a-f]{64}$/;

/** Line and column of a mistake, from the message of `JSON.parse`. */
function placeOf(text: string, error: unknown): string {
    const at = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length);
    return `line ${text.slice(0, at).split("\n").length}`;
}

function toEntry(file: string, name: string, value: unknown): Entry {
    const sha256 = isRecord(value) ? value.sha256 : value;
    const sources = isRecord(value) ? value.sources : undefined;
    if (typeof sha256 !== "string" || !SHA256.test(sha256)) {
        throw new RunError(
            `${file} has no sha256 for ${name}: write its 64 hexadecimal digits, or delete the entry ` +
                "and run `make charts`.",
        );
    }
    return Array.isArray(sources) ? { sha256, sources: sources.map(String) } : { sha256 };
}

function parse(file: string, text: string): Map<string, Entry> {
    const conflict = text.split("\n").findIndex((line) => CONFLICT.test(line));
    if (conflict >= 0) {
        throw new RunError(
            `${file} has conflict markers of git from line ${conflict + 1} on: keep the lines of one ` +
                "side, then run `make charts`.",
        );
    }
    let content: unknown;
    try {
        content = JSON.parse(text);
    } catch (error) {
        throw new RunError(
            `${file} is no valid JSON (${placeOf(text, error)}): mend it, or take the one of the last ` +
                "commit with `git checkout charts.lock.json`.",
        );
    }
    if (!isRecord(content)) {
        throw new RunError(`${file} is no JSON object of chart names and digests.`);
    }
    return new Map(
        Object.entries(content).map(([name, value]) => [name, toEntry(file, name, value)]),
    );
}

/** The lock of one file; reads it once. */
export class ChartLock {
    private readonly entries: Map<string, Entry>;

    /** @throws RunError with one sentence that names the file when it cannot be read */
    constructor(private readonly file: string) {
        let text = "{}";
        try {
            text = fs.readFileSync(file, "utf8");
        } catch (error) {
            const { code = "" } = error as NodeJS.ErrnoException;
            if (code !== "ENOENT") {
                throw new RunError(`${file} cannot be read (${code}).`);
            }
        }
        this.entries = parse(path.basename(file), text);
    }

    /** The digest of a chart; undefined when it is not locked. */
    digestOf(name: string): string | undefined {
        return this.entries.get(name)?.sha256;
    }

    /**
     * Writes more digests into the file, whole or not at all.
     *
     * @throws RunError when it cannot be written
     */
    add(digests: ReadonlyMap<string, string>): void {
        for (const [name, sha256] of digests) {
            this.entries.set(name, { sha256 });
        }
        const sorted = [...this.entries].sort(([one], [other]) => (one < other ? -1 : 1));
        const content = Object.fromEntries(
            sorted.map(([name, entry]) => [
                name,
                entry.sources === undefined ? entry.sha256 : entry,
            ]),
        );
        const aside = `${this.file}.${process.pid}`;
        try {
            fs.writeFileSync(aside, `${JSON.stringify(content, undefined, 4)}\n`);
            fs.renameSync(aside, this.file);
        } catch (error) {
            fs.rmSync(aside, { force: true });
            const { code = "" } = error as NodeJS.ErrnoException;
            throw new RunError(`${this.file} cannot be written (${code}).`);
        }
    }
}
