/** The scorecard as files, of either preview. */
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { UsageError } from "../usage-error";
import type { Judged } from "./judged";
import { documentAddress } from "./mends";

/** The options, for `parseArgs`. */
export const fileOptions = {
    markdown: { type: "string" },
    html: { type: "string" },
} as const;

export const FILES_USAGE = `  --markdown FILE    the scorecard as Markdown, for a comment on a pull request
  --html FILE        the scorecard as one page that works offline`;

/** Where the scorecard is to be written to. */
export interface Files {
    readonly markdown?: string;
    readonly html?: string;
}

/** Does something with a file that a user has named. */
function withFile(file: string, work: () => void): void {
    try {
        work();
    } catch (error) {
        const { code = (error as Error).message } = error as NodeJS.ErrnoException;
        throw new UsageError(`${file} cannot be written (${code}).`);
    }
}

function write(file: string, text: string): void {
    withFile(file, () => {
        fs.writeFileSync(file, text);
    });
}

/** Refuses what cannot become a file; nothing is made, as a folder for a mistyped path helps nobody. */
function requirePlace(file: string): void {
    const folder = path.dirname(file);
    const isFolder = fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    const stats = isFolder ? fs.statSync(file, { throwIfNoEntry: false }) : undefined;
    if (stats?.isDirectory() === true) {
        throw new UsageError(`${file} cannot be written: it is a folder.`);
    }
    if (stats === undefined && !isFolder) {
        throw new UsageError(`${file} cannot be written: there is no folder ${folder}.`);
    }
    withFile(file, () => {
        fs.accessSync(stats === undefined ? folder : file, fs.constants.W_OK);
    });
}

/**
 * Checks the names of the files, so that a wrong one is not found out after a preview.
 *
 * @throws UsageError when one cannot be written
 */
export function requireWritable({ markdown, html }: Files): void {
    for (const file of [markdown, html]) {
        if (file !== undefined) {
            requirePlace(file);
        }
    }
    if (
        markdown !== undefined &&
        html !== undefined &&
        path.resolve(markdown) === path.resolve(html)
    ) {
        throw new UsageError(`--markdown and --html both name ${html}; give two files.`);
    }
}

/** Writes the files that were asked for; their makers are loaded only then. */
export function writeFiles(judged: Judged, { markdown, html }: Files): void {
    const load = createRequire(__filename);
    if (markdown !== undefined) {
        const { scorecardMarkdown: toMarkdown } = load(
            "../scorecard-markdown",
        ) as typeof import("../scorecard-markdown");
        write(markdown, toMarkdown(judged, { documentation: documentAddress(markdown) }));
    }
    if (html !== undefined) {
        const { toHtml } = load("../scorecard-html") as typeof import("../scorecard-html");
        write(html, toHtml(judged, { documentation: documentAddress(html) }));
    }
}
