/** Colours, columns and line breaks for a terminal. */

/** How the report is to look. */
export interface TerminalStyle {
    readonly colours: boolean;
    /** Columns; undefined for a file or a pipe, where lines are not broken. */
    readonly width?: number;
}

/** Functions that wrap text into colours, or leave it as it is. */
export type Paint = Readonly<
    Record<"bold" | "dim" | "red" | "green" | "yellow" | "cyan", (text: string) => string>
>;

/** The style that fits a stream: colours only for a person at a terminal who did not decline. */
export function styleOf(
    stream: { readonly isTTY?: boolean; readonly columns?: number },
    environment: Readonly<Record<string, string | undefined>> = process.env,
): TerminalStyle {
    const declined = (environment.NO_COLOR ?? "") !== "" || environment.TERM === "dumb";
    return stream.isTTY === true
        ? { colours: !declined, width: Math.max(60, stream.columns ?? 80) }
        : { colours: false };
}

/** The colours of a style. */
export function paintOf({ colours }: TerminalStyle): Paint {
    const code = (start: number, end: number) => (text: string) =>
        colours ? `\u001b[${start}m${text}\u001b[${end}m` : text;
    return {
        bold: code(1, 22),
        dim: code(2, 22),
        red: code(31, 39),
        green: code(32, 39),
        yellow: code(33, 39),
        cyan: code(36, 39),
    };
}

/** Breaks plain text into lines of the width; all but the first are indented. */
export function wrap(text: string, width: number | undefined, indent: string): string {
    if (width === undefined) {
        return text;
    }
    const lines: string[] = [];
    let line = "";
    for (const word of text.split(" ")) {
        const room = width - (lines.length === 0 ? 0 : indent.length);
        if (line !== "" && line.length + 1 + word.length > room) {
            lines.push(line);
            line = word;
        } else {
            line = line === "" ? word : `${line} ${word}`;
        }
    }
    return [...lines, line].join(`\n${indent}`);
}

/** Lays cells out in columns that are read from top to bottom. */
export function columns(cells: readonly string[], width: number, indent: string): string[] {
    const cell = Math.max(...cells.map(({ length }) => length), 0) + 3;
    const across = Math.max(1, Math.floor((width - indent.length) / cell));
    const rows = Math.ceil(cells.length / across);
    return Array.from({ length: rows }, (_, row) =>
        `${indent}${cells
            .filter((_cell, index) => index % rows === row)
            .map((text) => text.padEnd(cell))
            .join("")}`.trimEnd(),
    );
}
