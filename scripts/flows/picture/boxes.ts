/** Places of what stands still: cards in their bands, and rails. */
import type { Hue } from "./palette";
import type { Pin } from "./pins";
import { type PlannedCard, portSpans } from "./plan";
import { span, type TextSpan, widthOf } from "./text";

/** A rectangle, in pixels from the upper left corner. */
export interface Box {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
}

/** A card with its lines of text. */
export interface Card extends PlannedCard {
    readonly box: Box;
    /** What goes on inside; none where its pods do not talk to each other. */
    readonly insideSpans: readonly TextSpan[];
    /** Baseline of the first line. */
    readonly baseline: number;
}

/** A layer behind its cards. */
export interface Band {
    readonly hue: Hue;
    readonly box: Box;
}

/** What is outside, from the top to the bottom. */
export interface Rail {
    readonly name: string;
    readonly box: Box;
    /** Where the name stands, above and below. */
    readonly heads: readonly Box[];
}

/** Size of labels, in pixels. */
export const LABEL_SIZE = 12;
/** Height that a pin takes on its card, in pixels. */
export const PIN = 26;
/** How far a band reaches beyond its cards, in pixels. */
export const BAND_EDGE = 8;
/** Height of the name of a rail, in pixels. */
export const HEAD = 26;

const NAME_SIZE = 15;
const TEXT_LINE = 17;
const CARD_GAP = 10;
const BAND_GAP = 14;
const BAND_HEAD = 28;
const RAIL = 10;
const RAIL_GAP = 8;

function insideOf({ inside }: PlannedCard): TextSpan[] {
    return inside.length === 0 ? [] : [span("inside: "), ...portSpans(inside)];
}

/** The width that the longest line of any card needs. */
export function cardWidth(cards: readonly PlannedCard[]): number {
    const widths = cards.flatMap((card) => [
        widthOf([span(card.name, true)], NAME_SIZE),
        widthOf([span(card.facts)], LABEL_SIZE),
        widthOf(insideOf(card), LABEL_SIZE),
    ]);
    return Math.max(170, ...widths) + 34;
}

/** Stacks the cards, layer by layer. */
export function placeCards(
    planned: readonly PlannedCard[],
    pins: readonly Pin[],
    { x, y: top, width }: Omit<Box, "height">,
): { cards: Card[]; bands: Band[]; bottom: number } {
    const cards: Card[] = [];
    const bands: Band[] = [];
    let y = top;
    let start = y;
    planned.forEach((card, index) => {
        if (planned[index - 1]?.hue !== card.hue) {
            start = y;
            y += BAND_HEAD;
        }
        const insideSpans = insideOf(card);
        const lines = insideSpans.length === 0 ? 2 : 3;
        const own = pins.filter((pin) => pin.card === index);
        const right = own.filter(({ side }) => side === "right").length;
        const rows = Math.max(right, own.length - right);
        const height = Math.max(lines * TEXT_LINE + 20, rows * PIN + 16);
        const baseline = y + Math.round((height - lines * TEXT_LINE) / 2) + 14;
        cards.push({ ...card, insideSpans, baseline, box: { x, y, width, height } });
        y += height + CARD_GAP;
        if (planned[index + 1]?.hue !== card.hue) {
            const height = y - CARD_GAP + BAND_EDGE - start;
            const box = { x: x - BAND_EDGE, y: start, width: width + 2 * BAND_EDGE, height };
            bands.push({ hue: card.hue, box });
            y = start + height + BAND_GAP;
        }
    });
    return { cards, bands, bottom: y - BAND_GAP };
}

/** Places the rails beside each other. */
export function placeRails(
    names: readonly string[],
    { x, y: top, height }: Omit<Box, "width">,
): Rail[] {
    let next = x;
    return names.map((name) => {
        const width = widthOf([span(name, true)], LABEL_SIZE) + 16;
        const left = next;
        next += width + RAIL_GAP;
        const head = (y: number): Box => ({ x: left, y, width, height: HEAD });
        return {
            name,
            box: { x: left + (width - RAIL) / 2, y: top, width: RAIL, height },
            heads: [head(top - HEAD), head(top + height)],
        };
    });
}
