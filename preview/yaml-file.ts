/** YAML files of the project, read as the CLI reads them, with one sentence for what is none. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { UsageError } from "./usage-error";

/** Dates stay the texts that they are written as: what is no day must be told as it stands there. */
const schema = yaml.DEFAULT_SCHEMA.extend({
    implicit: [
        new yaml.Type("tag:yaml.org,2002:timestamp", {
            kind: "scalar",
            resolve: (text: unknown) => typeof text === "string" && /^\d{4}-\d\d?-\d\d?/.test(text),
            construct: (text: string) => text,
        }),
    ],
});

/** What is wrong about a text that is no YAML, by the reason that the parser gives. */
const REASONS: readonly (readonly [reason: RegExp, sentence: string])[] = [
    [/duplicated mapping key/, "a key stands there twice"],
    [/tab characters/, "a tab, where YAML wants spaces"],
    [
        /bad indentation|unknown escape|can not read|unexpected end|missed comma|cannot read/,
        "something is missing before it, or its indentation differs from that of its neighbours",
    ],
    [/unidentified alias/, "an alias (*name) whose anchor (&name) is not above it"],
    [/cannot start any token/, "a character that needs quotes around the value"],
    [/unknown tag|explicit tag/, "a tag (!name) that nobody knows"],
];

function sentence({ reason, mark }: yaml.YAMLException): string {
    const what = REASONS.find(([pattern]) => pattern.test(reason))?.[1] ?? "it cannot be read";
    return `line ${mark.line + 1}: ${what}`;
}

function readText(file: string): string {
    const name = path.basename(file);
    try {
        return fs.readFileSync(file, "utf8");
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const reasons: Readonly<Record<string, string>> = {
            ENOENT: `is missing in ${path.dirname(file)}`,
            EISDIR: "is a folder; a file is wanted",
            EACCES: "may not be read by this user",
        };
        throw new UsageError(`${name} ${reasons[code ?? ""] ?? `cannot be read (${code})`}.`);
    }
}

/** Whether something of that name is there, a link without a target included. */
export function isThere(file: string): boolean {
    return fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** Names of the files in a folder; none where there is no folder. */
export function namesIn(folder: string): string[] {
    return isThere(folder) ? fs.readdirSync(folder) : [];
}

/**
 * The content of a file of one YAML document; undefined for an empty one.
 *
 * @throws UsageError when it is none
 */
export function readYaml(file: string): unknown {
    const name = path.basename(file);
    const text = readText(file);
    let documents: unknown[];
    try {
        documents = yaml.loadAll(text, undefined, { schema });
    } catch (error) {
        throw new UsageError(
            `${name} is not valid YAML: ${sentence(error as yaml.YAMLException)}.`,
        );
    }
    const [first, ...more] = documents.filter((document) => document !== null);
    if (more.length > 0) {
        throw new UsageError(
            `${name} holds ${more.length + 1} documents; allowed: one, so no --- between keys.`,
        );
    }
    return first;
}
