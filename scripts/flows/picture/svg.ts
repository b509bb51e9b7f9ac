/** The few shapes of SVG that the picture is written with. */
import type { Box } from "./boxes";
import { escapeXml, type TextSpan, span } from "./text";

function number(value: number): string {
    return String(Math.round(value * 100) / 100);
}

/** A path from commands and coordinates: `path("M", 1, 2, "H", 3)`. */
export function path(...parts: readonly (string | number)[]): string {
    return parts.map((part) => (typeof part === "number" ? number(part) : part)).join(" ");
}

/** A rectangle with round corners. */
export function rectangle(className: string, { x, y, width, height }: Box, radius: number): string {
    const place = `x="${number(x)}" y="${number(y)}"`;
    const size = `width="${number(width)}" height="${number(height)}"`;
    return `<rect class="${className}" ${place} ${size} rx="${radius}"/>`;
}

/** A line of text on its baseline; strong stretches have the colour of text in any class. */
export function text(
    className: string,
    x: number,
    y: number,
    content: string | readonly TextSpan[],
): string {
    const spans = typeof content === "string" ? [span(content)] : content;
    const inner = spans.map((item) =>
        item.isStrong
            ? `<tspan class="text strong">${escapeXml(item.text)}</tspan>`
            : escapeXml(item.text),
    );
    return `<text class="${className}" x="${number(x)}" y="${number(y)}">${inner.join("")}</text>`;
}

/** How long the head of an arrow is, in pixels. */
export const ARROW = 8;

/** The head of an arrow; hollow where the flow is only declared. */
export function arrow(x: number, y: number, isToRight: boolean, isNeeded: boolean): string {
    const back = isToRight ? x - ARROW : x + ARROW;
    const shape = path("M", x, y, "L", back, y - 4.5, "V", y + 4.5, "Z");
    return `<path class="head${isNeeded ? "" : " open"}" d="${shape}"/>`;
}

/** A line; thin where the flow is only declared. */
export function line(shape: string, isNeeded: boolean): string {
    return `<path class="line${isNeeded ? "" : " declared"}" d="${shape}"/>`;
}

/** Shapes of one colour, with what the pointer shows. */
export function flow(className: string, title: string, content: readonly string[]): string {
    return `<g class="flow ${className}"><title>${escapeXml(title)}</title>${content.join("")}</g>`;
}
