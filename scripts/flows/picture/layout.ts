/** Gives everything of a plan its place. Pure, and the same for the same plan. */
import {
    type Band,
    BAND_EDGE,
    type Box,
    type Card,
    cardWidth,
    HEAD,
    LABEL_SIZE,
    PIN,
    placeCards,
    placeRails,
    type Rail,
} from "./boxes";
import type { LinkPort } from "../links";
import type { Hue } from "./palette";
import { type Pin, pinsOf } from "./pins";
import type { PicturePlan } from "./plan";
import { type TextSpan, widthOf } from "./text";

/** One line between two namespaces, by the heights at which it leaves and arrives. */
export interface WireLine {
    readonly from: number;
    readonly to: number;
    readonly isNeeded: boolean;
    readonly title: string;
}

/** Lines that share an upright. */
export interface TrunkLines {
    readonly hue: Hue;
    /** Where the upright is. */
    readonly x: number;
    readonly wires: readonly WireLine[];
}

/** A line between a card and a rail. */
export interface Tap {
    readonly hue: Hue;
    readonly y: number;
    readonly rail: number;
    readonly isInbound: boolean;
    readonly isNeeded: boolean;
    readonly title: string;
}

/** What a line carries, above it where it meets the card. */
export interface Label {
    readonly spans: readonly TextSpan[];
    readonly x: number;
    readonly y: number;
    readonly isRight: boolean;
    readonly box: Box;
}

/** The picture. */
export interface PictureLayout {
    readonly width: number;
    readonly height: number;
    readonly cards: readonly Card[];
    readonly bands: readonly Band[];
    readonly rails: readonly Rail[];
    readonly trunks: readonly TrunkLines[];
    readonly taps: readonly Tap[];
    readonly labels: readonly Label[];
    /** Edges of the cards. */
    readonly left: number;
    readonly right: number;
    /** Where the legend starts. */
    readonly bottom: number;
}

/** Free space around everything, in pixels. */
export const MARGIN = 24;
const TITLE = 108;
const LEGEND = 132;
const LANE = 16;
/** From the top of a pin to its line; the label is above. */
const LINE = 20;
const GUTTER = 14;
/** The title and the legend need it, however little there is to show. */
const LEAST_WIDTH = 760;

/** Where each pin's line meets its card: evenly spread over the card's side. */
function heights(pins: readonly Pin[], cards: readonly Card[]): ReadonlyMap<Pin, number> {
    return new Map(
        cards.flatMap(({ box }, index) =>
            (["left", "right"] as const).flatMap((side) => {
                const own = pins.filter((pin) => pin.card === index && pin.side === side);
                const top = box.y + Math.round((box.height - own.length * PIN) / 2) + LINE;
                return own.map((pin, row) => [pin, top + row * PIN] as const);
            }),
        ),
    );
}

function toLabel({ side, spans }: Pin, line: number, left: number, right: number): Label {
    const isRight = side === "right";
    const x = isRight ? right + GUTTER : left - GUTTER;
    const width = widthOf(spans, LABEL_SIZE);
    const box = { x: isRight ? x : x - width, y: line - 17, width, height: 15 };
    return { spans, x, y: line - 5, isRight, box };
}

function widest(pins: readonly Pin[], side: Pin["side"]): number {
    const own = pins.filter((pin) => pin.side === side);
    return Math.max(0, ...own.map(({ spans }) => widthOf(spans, LABEL_SIZE)));
}

function titleOf(from: string, to: string, ports: readonly LinkPort[]): string {
    return `${from} to ${to}: ${ports.map(({ text }) => text).join(", ")}`;
}

function isAnyNeeded(ports: readonly LinkPort[]): boolean {
    return ports.some(({ isNeeded }) => isNeeded);
}

/** Lays out a plan. */
export function layoutOf(plan: PicturePlan): PictureLayout {
    const pins = pinsOf(plan);
    const lanes = Math.max(0, ...plan.trunks.map(({ lane }) => lane + 1));
    const gutter = widest(pins, "left") + GUTTER + BAND_EDGE + LANE;
    const left = MARGIN + lanes * LANE + gutter;
    const width = cardWidth(plan.cards);
    const right = left + width;
    const { cards, bands, bottom } = placeCards(plan.cards, pins, { x: left, y: TITLE, width });
    const start = right + widest(pins, "right") + 2 * GUTTER;
    const rails = placeRails(plan.rails, { x: start, y: TITLE, height: bottom - TITLE });
    const at = heights(pins, cards);
    const heightOf = (of: Pin["of"], card: number, isArrow: boolean) => {
        const found = pins.find(
            (pin) => pin.of === of && pin.card === card && pin.isArrow === isArrow,
        );
        return (found && at.get(found)) ?? 0;
    };
    const hueOf = (card = -1): Hue => cards[card]?.hue ?? "other";
    const nameOf = (card: number) => cards[card]?.name ?? "";
    const ends = rails.flatMap(({ heads }) => heads.map((box) => box.x + box.width));
    return {
        width: Math.max(LEAST_WIDTH, right + MARGIN, ...ends.map((end) => end + MARGIN)),
        height: bottom + HEAD + LEGEND,
        cards,
        bands,
        rails,
        trunks: plan.trunks.map((trunk) => ({
            // What many reach has its own colour, what one reaches has the colour of the one.
            hue: hueOf(
                new Set(trunk.wires.map(({ to }) => to)).size === 1
                    ? trunk.wires[0]?.to
                    : trunk.wires[0]?.from,
            ),
            x: left - gutter - trunk.lane * LANE,
            wires: trunk.wires.map(({ from, to, ports }) => ({
                from: heightOf(trunk, from, false),
                to: heightOf(trunk, to, true),
                isNeeded: isAnyNeeded(ports),
                title: titleOf(nameOf(from), nameOf(to), ports),
            })),
        })),
        taps: plan.taps.map((tap) => {
            const { card, rail, isInbound, ports } = tap;
            const [pod, other] = [nameOf(card), plan.rails[rail] ?? ""];
            return {
                ...{ rail, isInbound, hue: hueOf(card), isNeeded: isAnyNeeded(ports) },
                y: heightOf(tap, card, isInbound),
                title: isInbound ? titleOf(other, pod, ports) : titleOf(pod, other, ports),
            };
        }),
        labels: pins.map((pin) => toLabel(pin, at.get(pin) ?? 0, left, right)),
        left,
        right,
        bottom: bottom + HEAD,
    };
}
