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

function write(file: string, text: string): void {
    try {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, text);
    } catch (error) {
        throw new UsageError(`${file} cannot be written: ${(error as Error).message}`);
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
