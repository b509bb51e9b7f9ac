/** What the log of a program says about its end. */
import * as fs from "node:fs";

/** Bytes that are read from the end of a log. */
const TAIL = 64 * 1024;
/** Longest log line that is shown, in characters. */
const LONGEST = 300;

/**
 * Lines that say why: klog's errors (`E1121 ...`, `F1121 ...`), etcd's JSON, KWOK's levels, a panic
 * of the Go runtime, and what a command prints when it refuses a flag.
 */
const FAULT =
    /^[EF]\d{4} |"level":"(?:error|fatal|panic)"|\b(?:ERROR|ERR)\b|^(?:panic|fatal error|Error|error):/;

/** The end of a log file; empty when there is none. */
export function logTail(file: string): string {
    try {
        const descriptor = fs.openSync(file, "r");
        try {
            const { size } = fs.fstatSync(descriptor);
            const buffer = Buffer.alloc(Math.min(size, TAIL));
            fs.readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
            return buffer.toString("utf8");
        } finally {
            fs.closeSync(descriptor);
        }
    } catch {
        return "";
    }
}

/**
 * The last line of a log that reports a fault, else its last line; undefined for an empty log.
 *
 * @param secrets are left out of the line
 */
export function relevantLine(log: string, secrets: readonly string[]): string | undefined {
    const lines = log.split("\n").filter((line) => line.trim() !== "");
    const line = lines.findLast((candidate) => FAULT.test(candidate)) ?? lines.at(-1);
    const masked = secrets.reduce<string | undefined>(
        (text, secret) => text?.replaceAll(secret, "[secret]"),
        line,
    );
    return masked === undefined || masked.length <= LONGEST
        ? masked
        : `${masked.slice(0, LONGEST)} ...`;
}
