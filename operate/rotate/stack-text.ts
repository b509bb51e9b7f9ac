/** Writes a generation into the text of a stack's file, and leaves everything else as it is. Pure. */
import { isDeepStrictEqual } from "node:util";
import * as yaml from "js-yaml";
import type { SecretGeneration } from "../../components/base/secret-plan";
import { isRecord } from "../../components/base/object";
import { UsageError } from "../../preview/usage-error";

const KEY = /^(\s+)(["']?)((?:[a-z0-9-]+:)?secretGenerations)\2:\s*(\[\s*\])?\s*(#.*)?$/;

function indentOf(line: string): number {
    return line.length - line.trimStart().length;
}

function isContent(line: string): boolean {
    return line.trim() !== "" && !line.trimStart().startsWith("#");
}

/** The line after the last one of a block whose head is at `start`. */
function endOf(lines: readonly string[], start: number, isInside: (line: string) => boolean) {
    let last = start;
    for (let index = start + 1; index < lines.length; index += 1) {
        const line = lines[index] ?? "";
        if (isContent(line)) {
            if (!isInside(line)) {
                break;
            }
            last = index;
        }
    }
    return last + 1;
}

function entry({ secret, generation, since }: SecretGeneration): string {
    return `- { secret: ${secret}, generation: ${generation}, since: ${since} }`;
}

function withEntry(lines: readonly string[], one: SecretGeneration): string[] | undefined {
    const at = lines.findIndex((line) => KEY.test(line));
    if (at < 0) {
        const config = lines.findIndex((line) => /^config:\s*(#.*)?$/.test(line));
        const first = lines.slice(config + 1).find(isContent);
        if (config < 0 || first === undefined || indentOf(first) === 0) {
            return undefined;
        }
        const end = endOf(lines, config, (line) => indentOf(line) > 0);
        const indent = " ".repeat(indentOf(first));
        return [
            ...lines.slice(0, end),
            `${indent}platform:secretGenerations:`,
            `${indent}  ${entry(one)}`,
            ...lines.slice(end),
        ];
    }
    const head = (lines[at] ?? "").replace(/\[\s*\]/, "").trimEnd();
    const indent = indentOf(head);
    const isInside = (line: string) =>
        indentOf(line) > indent || (indentOf(line) === indent && line.trimStart().startsWith("- "));
    const end = endOf(lines, at, isInside);
    const body = lines.slice(at + 1, end);
    const starts = body.flatMap((line, index) => (/^\s*- /.test(line) ? [index] : []));
    const items = starts.map((start, index) => body.slice(start, starts[index + 1] ?? body.length));
    const space = " ".repeat(
        starts[0] === undefined ? indent + 2 : indentOf(body[starts[0]] ?? ""),
    );
    const isSame = (item: readonly string[]) => {
        const parsed: unknown = yaml.load(item.join("\n"));
        return Array.isArray(parsed) && isRecord(parsed[0]) && parsed[0].secret === one.secret;
    };
    const found = items.findIndex(isSame);
    const written =
        found < 0
            ? [...items, [`${space}${entry(one)}`]]
            : items.map((item, index) => (index === found ? [`${space}${entry(one)}`] : item));
    return [
        ...lines.slice(0, at),
        head,
        ...body.slice(0, starts[0] ?? 0),
        ...written.flat(),
        ...lines.slice(end),
    ];
}

function parsed(text: string): unknown {
    return yaml.load(text, { schema: yaml.CORE_SCHEMA });
}

/** The same data with the generation in it. */
function expected(data: unknown, one: SecretGeneration): unknown {
    const { config, ...rest } = isRecord(data) ? data : {};
    const settings = isRecord(config) ? config : {};
    const key =
        Object.keys(settings).find((name) => /(^|:)secretGenerations$/.test(name)) ??
        "platform:secretGenerations";
    const before = Array.isArray(settings[key]) ? (settings[key] as unknown[]) : [];
    const isSame = (item: unknown) => isRecord(item) && item.secret === one.secret;
    const list = before.some(isSame)
        ? before.map((item) => (isSame(item) ? { ...one } : item))
        : [...before, { ...one }];
    return { ...rest, config: { ...settings, [key]: list } };
}

/**
 * The text of `Pulumi.<stack>.yaml` with a generation; comments and order stay.
 *
 * @throws UsageError saying what to write by hand, for a file that is written in another way
 */
export function withGeneration(text: string, file: string, one: SecretGeneration): string {
    const result = withEntry(text.split("\n"), one)?.join("\n");
    let isRight = false;
    try {
        isRight =
            result !== undefined && isDeepStrictEqual(parsed(result), expected(parsed(text), one));
    } catch {
        // Then it is written in a way that is not understood here.
    }
    if (result === undefined || !isRight) {
        throw new UsageError(
            `${file} is written in a way that cannot be changed here; add below platform:secretGenerations: ${entry(one)}`,
        );
    }
    return result;
}
