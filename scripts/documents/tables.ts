/** Markdown tables, aligned as Prettier aligns them. Pure. */
import * as prettier from "prettier";

function cell(text: string): string {
    return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** A table with a heading line. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
    return [line(heading), line(heading.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * A document with one of its generated blocks written anew; what stands outside of the marks is
 * written by hand.
 *
 * @throws Error when the document has no such block
 */
export function withBlock(document: string, name: string, content: string): string {
    const [start, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
    const from = document.indexOf(start);
    const to = document.indexOf(end);
    if (from < 0 || to < from) {
        throw new Error(`the document has no block ${start} ... ${end}`);
    }
    return `${document.slice(0, from)}${start}\n\n${content}\n\n${document.slice(to)}`;
}

/** The document as Prettier leaves it, so that the check of formats agrees. */
export async function formatted(document: string, file: string): Promise<string> {
    const options = await prettier.resolveConfig(file);
    return prettier.format(document, { ...options, parser: "markdown" });
}
