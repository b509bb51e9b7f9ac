/** The sections of a comparison as text and as Markdown. Pure. */
import { escapeMarkdown } from "../../preview/scorecard-markdown";
import { paintOf, type TerminalStyle } from "../../preview/scorecard/terminal";
import type { StackChanges } from "./changes";
import { headlineOf, type Line, type Section, sectionsOf } from "./sections";

/** What was compared, for the head of the report. */
export interface Compared {
    readonly stack: string;
    /** One sentence each. */
    readonly notes: readonly string[];
    readonly changes: StackChanges;
}

function plain({ pieces }: Line): string {
    return pieces.map((piece) => (typeof piece === "string" ? piece : piece.code)).join("");
}

function textLines(lines: readonly Line[], indent: string, mark: (line: Line) => string): string[] {
    return lines.flatMap((line) => [
        `${indent}${mark(line)}`,
        ...textLines(line.below ?? [], `${indent}  `, mark),
    ]);
}

/** The report for a terminal. */
export function changesText({ stack, notes, changes }: Compared, style: TerminalStyle): string {
    const paint = paintOf(style);
    const mark = (line: Line) => (line.grave === true ? paint.red(plain(line)) : plain(line));
    return [
        paint.bold(`What would change in ${stack}`),
        ...notes.map((note) => paint.dim(note)),
        headlineOf(changes),
        ...sectionsOf(changes).flatMap(({ title, lines }) => [
            "",
            paint.bold(title),
            ...textLines(lines, "  ", mark),
        ]),
    ].join("\n");
}

/** The first line, by which the workflow finds its comment again. */
export function markerOf(stack: string): string {
    return `<!-- stack-changes:${stack} -->`;
}

function markdownPieces({ pieces }: Line): string {
    return pieces
        .map((piece) =>
            typeof piece === "string"
                ? escapeMarkdown(piece)
                : `<code>${escapeMarkdown(piece.code)}</code>`,
        )
        .join("");
}

function markdownLines(lines: readonly Line[], indent = ""): string[] {
    return lines.flatMap((line) => [
        `${indent}- ${line.grave === true ? "⚠️ " : ""}${markdownPieces(line)}`,
        ...markdownLines(line.below ?? [], `${indent}  `),
    ]);
}

function markdownSection({ title, lines, folded }: Section): string[] {
    const name = escapeMarkdown(title);
    return folded === true
        ? ["", `<details><summary>${name}</summary>`, "", ...markdownLines(lines), "", "</details>"]
        : ["", `#### ${name}`, "", ...markdownLines(lines)];
}

/** Characters; GitHub accepts 65,536 in a comment. */
const LIMIT = 60_000;

/** The comment for a pull request; whole sections at the end are left out where it is too long. */
export function changesMarkdown({ stack, notes, changes }: Compared, limit = LIMIT): string {
    const head = [
        markerOf(stack),
        `## What would change in <code>${escapeMarkdown(stack)}</code>`,
        "",
        `**${escapeMarkdown(headlineOf(changes))}** ${notes.map(escapeMarkdown).join(" ")}`,
    ];
    const parts = sectionsOf(changes).map((section) => markdownSection(section).join("\n"));
    let text = head.join("\n");
    for (const [index, part] of parts.entries()) {
        const rest = parts.length - index;
        const note = `\n\n${rest} more sections did not fit into a comment: run \`npm run diff\` for them.\n`;
        if (text.length + part.length + note.length > limit) {
            return text + note;
        }
        text += `\n${part}`;
    }
    return `${text}\n`;
}
