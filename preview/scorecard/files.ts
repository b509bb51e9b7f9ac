/** The scorecard as files, of either preview. */
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { UsageError } from "../stack-file";
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
        throw new UsageError(`${file} cannot be written: ${(error as Error).message}`);
    }
}

function write(file: string, text: string): void {
    withFile(file, () => {
        fs.writeFileSync(file, text);
    });
}

/**
 * Makes the folders of the files, so that a wrong name is not found out after a preview.
 *
 * @throws UsageError when one cannot be written
 */
export function requireWritable({ markdown, html }: Files): void {
    for (const file of [markdown, html]) {
        if (file !== undefined) {
            withFile(file, () => {
                const folder = path.dirname(file);
                fs.mkdirSync(folder, { recursive: true });
                fs.accessSync(fs.existsSync(file) ? file : folder, fs.constants.W_OK);
            });
        }
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
