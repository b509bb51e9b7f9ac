/** Just enough Markdown to know the parts of a document. Pure. */

/** A heading, and where its part starts and ends in the list of lines. */
export interface Part {
    readonly level: number;
    readonly title: string;
    /** The anchor that GitHub gives it. */
    readonly anchor: string;
    readonly first: number;
    readonly last: number;
}

/** How GitHub makes anchors of titles. */
function anchorOf(title: string): string {
    return title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replace(/\s/g, "-");
}

/** The lines, with those of code blocks emptied: a `#` in a shell script is no heading. */
function proseOf(text: string): string[] {
    let fence: string | undefined;
    return text.split("\n").map((line) => {
        const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
        if (fence === undefined) {
            fence = mark;
            return mark === undefined ? line : "";
        }
        if (mark?.startsWith(fence)) {
            fence = undefined;
        }
        return "";
    });
}

/** Every part of a document; a part holds those of deeper headings that follow it. */
export function partsOf(text: string): Part[] {
    const lines = proseOf(text);
    const headings = lines.flatMap((line, index) => {
        const match = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line);
        const [, marks = "", title = ""] = match ?? [];
        return match === null ? [] : [{ level: marks.length, title, first: index }];
    });
    return headings.map(({ level, title, first }, index) => ({
        level,
        title,
        anchor: anchorOf(title),
        first,
        last: headings.slice(index + 1).find((next) => next.level <= level)?.first ?? lines.length,
    }));
}

/** Whether something is written below the heading itself or below a deeper one. */
export function hasText(text: string, { first, last }: Part): boolean {
    return text
        .split("\n")
        .slice(first + 1, last)
        .some((line) => line.trim() !== "" && !/^\s*#/.test(line));
}
