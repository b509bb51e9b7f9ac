/** HTML that is escaped unless it was made here. */

/** A piece of finished HTML. */
export class Html {
    constructor(readonly text: string) {}
}

/** What a template may hold; text is escaped. */
export type Content = string | number | Html | readonly Content[] | undefined;

function escapeText(text: string): string {
    return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function render(content: Content): string {
    if (content instanceof Html) {
        return content.text;
    }
    if (typeof content === "object") {
        return content.map(render).join("");
    }
    return content === undefined ? "" : escapeText(String(content));
}

/** A template whose values are escaped; attributes must be in double quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
    // The indentation of the templates would be a third of the page.
    const parts = strings.map((part) => part.replace(/\n\s*/g, "\n"));
    return new Html(parts.reduce((text, part, index) => text + render(values[index - 1]) + part));
}

/** Our own sentences, in which backticks mark code. */
export function prose(text: string): Content {
    return text
        .split("`")
        .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}

/** Data for a script block: nothing in it can end the block. */
export function jsonBlock(id: string, data: unknown): Html {
    const json = JSON.stringify(data).replace(
        /[<>&\u2028\u2029]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    return new Html(`<script type="application/json" id="${id}">${json}</script>`);
}
