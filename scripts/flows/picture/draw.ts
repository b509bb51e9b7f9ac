/** Writes a layout as SVG: no script, no font, nothing that is loaded. */
import type { Card, Rail } from "./boxes";
import { type PictureLayout, MARGIN, type Tap, type TrunkLines } from "./layout";
import { HUES, styleSheet } from "./palette";
import { ARROW, arrow, flow, line, path, rectangle, text } from "./svg";
import { escapeXml } from "./text";

/** Radius of the turns, in pixels. */
const TURN = 9;
/** How far the name of a layer is from the edge of its band, in pixels. */
const BAND_NAME = 12;

function drawTrunk({ hue, x, wires }: TrunkLines, left: number): string {
    const ends = wires.flatMap(({ from, to }) => [from, to]);
    const gap = path("M", x, Math.min(...ends) + TURN, "V", Math.max(...ends) - TURN);
    // Needed ones last, so that what they share with others is drawn as needed.
    const drawn = [...wires].sort((one, other) => Number(one.isNeeded) - Number(other.isNeeded));
    const lines = drawn.map(({ from, to, isNeeded, title }) => {
        const turn = to > from ? TURN : -TURN;
        const leave = ["M", left, from, "H", x + TURN, "Q", x, from, x, from + turn];
        const arrive = ["V", to - turn, "Q", x, to, x + TURN, to, "H", left - ARROW];
        return flow(hue, title, [
            line(path(...leave, ...arrive), isNeeded),
            arrow(left, to, true, isNeeded),
        ]);
    });
    return [`<path class="gap" d="${gap}"/>`, ...lines].join("\n");
}

function drawTap(tap: Tap, { right, rails }: PictureLayout): string {
    const { hue, y, isInbound, isNeeded, title } = tap;
    const rail = rails[tap.rail]?.box.x ?? right;
    const [from, to] = isInbound ? [right + ARROW, rail] : [right, rail - ARROW];
    return flow(hue, title, [
        line(path("M", from, y, "H", to), isNeeded),
        arrow(isInbound ? right : rail, y, !isInbound, isNeeded),
    ]);
}

function drawCard({ hue, box, name, facts, insideSpans, baseline }: Card): string {
    const x = box.x + 18;
    return [
        `<g class="${hue}">`,
        rectangle("card", box, 6),
        rectangle("stripe", { ...box, width: 5 }, 2.5),
        text("text name", x, baseline, name),
        text("muted", x, baseline + 17, facts),
        ...(insideSpans.length > 0 ? [text("muted", x, baseline + 34, insideSpans)] : []),
        "</g>",
    ].join("");
}

function drawRail({ name, box, heads }: Rail): string {
    return [
        rectangle("rail", box, 0),
        ...heads.flatMap((head) => [
            rectangle("railhead", head, 6),
            text("railname strong middle", head.x + head.width / 2, head.y + 16, name),
        ]),
    ].join("");
}

function legend(top: number): string[] {
    const y = top + 40;
    const entry = (row: number, isNeeded: boolean, words: string) => [
        line(path("M", MARGIN, row, "H", 64), isNeeded),
        arrow(72, row, true, isNeeded),
        text("text", 84, row + 4, words),
    ];
    const notes = [
        "Ports are TCP unless they say otherwise. A group is all pods of a namespace with the same labels.",
        "Grey bars are outside of the pod network. What is not drawn is denied.",
    ];
    return [
        '<g class="other">',
        ...entry(y, true, "Needed: something in the stack says what for. Its ports are bold."),
        ...entry(
            y + 22,
            false,
            "Only declared: policies allow it, nothing in the stack says what for.",
        ),
        "</g>",
        ...notes.map((note, row) => text("muted", MARGIN, y + 52 + row * 19, note)),
    ];
}

/** Words at the top of the picture. */
export interface Caption {
    readonly title: string;
    readonly subtitle: string;
}

/** Draws the picture. */
export function draw(layout: PictureLayout, { title, subtitle }: Caption): string {
    const { width, height, cards, bands, rails, trunks, taps, labels, left } = layout;
    const used = new Set([...cards.map(({ hue }) => hue), "other"]);
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    // The nearest upright is drawn last: a gap around it shows what only passes behind it.
    const farFirst = [...trunks].sort((one, other) => one.x - other.x);
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="title desc">`,
        `<title id="title">${escapeXml(title)}</title><desc id="desc">${escapeXml(subtitle)}</desc>`,
        `<style>${styleSheet(HUES.filter((hue) => used.has(hue)))}</style>`,
        rectangle("page", { x: 0, y: 0, width, height }, 12),
        text("text heading", MARGIN, 42, title),
        text("muted", MARGIN, 62, subtitle),
        ...bands.map(({ hue, box }) => {
            const name = text("layer", box.x + BAND_NAME, box.y + 18, hue.toUpperCase());
            return `<g class="${hue}">${rectangle("band", box, 10)}${name}</g>`;
        }),
        ...farFirst.map((trunk) => drawTrunk(trunk, left)),
        ...taps.map((tap) => drawTap(tap, layout)),
        ...rails.map(drawRail),
        ...cards.map(drawCard),
        ...labels.map(({ spans, x, y, isRight }) =>
            text(isRight ? "muted" : "muted end", x, y, spans),
        ),
        ...legend(layout.bottom),
        "</svg>",
        "",
    ].join("\n");
}
