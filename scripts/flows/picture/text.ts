/** Text in the picture: how wide it is at most, and how it is written into XML. */

/** A stretch of text; strong stretches are heavier. */
export interface TextSpan {
    readonly text: string;
    readonly isStrong: boolean;
}

const NARROW = /[iljtfrI.,:;'|!/()[\] -]/;
const WIDE = /[mwMW@%+]/;
const MIDDLE = /[A-Z0-9&]/;

/** Widths in em of a wide system font (DejaVu Sans), so that no other font runs over. */
function widthOfCharacter(character: string): number {
    if (NARROW.test(character)) {
        return 0.42;
    }
    return WIDE.test(character) ? 0.99 : MIDDLE.test(character) ? 0.7 : 0.63;
}

/** Width in pixels that text takes at most. */
export function widthOf(spans: readonly TextSpan[], size: number): number {
    const em = spans
        .map(({ text, isStrong }) => {
            const width = Array.from(text).reduce((sum, item) => sum + widthOfCharacter(item), 0);
            return isStrong ? width * 1.12 : width;
        })
        .reduce((sum, width) => sum + width, 0);
    return Math.ceil(em * size);
}

/** A single plain or strong stretch. */
export function span(text: string, isStrong = false): TextSpan {
    return { text, isStrong };
}

const ENTITIES: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
};

/** Text as it may stand in an element or an attribute. */
export function escapeXml(text: string): string {
    return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
