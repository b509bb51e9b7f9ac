/** `docs/routes.svg`: from whoever asks to the Services. */
import { placeOf } from "../../preview/page-line";
import type { Box } from "../flows/picture/boxes";
import { type Hue, HUES, styleSheet } from "../flows/picture/palette";
import { ARROW, arrow, flow, line, path, rectangle, text } from "../flows/picture/svg";
import { escapeXml, span, widthOf } from "../flows/picture/text";
import type { RouteMap, RouteRow } from "./route-map";

const MARGIN = 24;
const TOP = 92;
const CARD_HEIGHT = 52;
const GAP = 10;
const BETWEEN = 70;

/** A card with two lines of text. */
interface Card {
    readonly hue: Hue;
    readonly name: string;
    readonly facts: string;
    readonly box: Box;
}

function hueOf(layer: string): Hue {
    return HUES.find((hue) => hue === layer) ?? "other";
}

function draw({ hue, name, facts, box }: Card): string {
    const x = box.x + 16;
    return [
        `<g class="${hue}">`,
        rectangle("card", box, 6),
        rectangle("stripe", { ...box, width: 5 }, 2.5),
        text("text name", x, box.y + 23, name),
        text("muted", x, box.y + 40, facts),
        "</g>",
    ].join("");
}

/** A line from the right side of a card to the left one of another. */
function join(from: Box, to: Box, hue: Hue, title: string): string {
    const [start, end] = [from.y + from.height / 2, to.y + to.height / 2];
    const left = from.x + from.width;
    const middle = (left + to.x) / 2;
    const shape = path("M", left, start, "C", middle, start, middle, end, to.x - ARROW, end);
    return flow(hue, title, [line(shape, true), arrow(to.x, end, true, true)]);
}

type Words = Pick<Card, "hue" | "name" | "facts">;

/** Cards in a column, in the middle of a height. */
function column(words: readonly Words[], x: number, height: number): Card[] {
    const width = Math.max(
        ...words.flatMap(({ name, facts }) => [
            widthOf([span(name, true)], 15),
            widthOf([span(facts)], 12),
        ]),
    );
    const used = words.length * (CARD_HEIGHT + GAP) - GAP;
    const top = TOP + (height - used) / 2;
    return words.map((card, index) => ({
        ...card,
        box: {
            x,
            y: top + index * (CARD_HEIGHT + GAP),
            width: width + 32,
            height: CARD_HEIGHT,
        },
    }));
}

function rightOf(cards: readonly Card[]): number {
    return Math.max(...cards.map(({ box }) => box.x + box.width));
}

function pageWords(row: RouteRow): Words {
    const guard = row.guard === "public" ? "anybody" : `${row.guard}: ${row.groups.join(", ")}`;
    return { hue: hueOf(row.layer), name: placeOf(row), facts: `${guard} → ${row.service}` };
}

/** Draws the picture. */
export function routesPicture(map: RouteMap): string {
    const { routes, hasTunnel, address, certificate, stack } = map;
    const height = routes.length * (CARD_HEIGHT + GAP) - GAP;
    const entry = { hue: "network", name: "Load balancer", facts: address ?? "any of the pool" };
    const sources = column(
        [
            ...(hasTunnel
                ? [{ hue: "network", name: "Internet", facts: "Cloudflare tunnel" } as const]
                : []),
            { ...entry, hue: "network" },
        ],
        MARGIN,
        height,
    );
    const [proxies] = column(
        [
            {
                hue: "gateway",
                name: "Envoy",
                facts: `TLS for ${certificate.names.at(-1) ?? "no name"} by ${certificate.issuer}`,
            },
        ],
        rightOf(sources) + BETWEEN,
        height,
    );
    if (proxies === undefined || routes.length === 0) {
        return "";
    }
    const pages = column(routes.map(pageWords), rightOf([proxies]) + BETWEEN, height);
    const width = rightOf(pages) + MARGIN;
    const whole = TOP + height + MARGIN;
    const used = new Set<Hue>([...[...sources, proxies, ...pages].map(({ hue }) => hue), "other"]);
    const title = `Routes of the ${stack} stack`;
    const subtitle = `${routes.length} routes; each card: who may open it, and the Service behind.`;
    const size = `width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}"`;
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="title desc">`,
        `<title id="title">${escapeXml(title)}</title><desc id="desc">${escapeXml(subtitle)}</desc>`,
        `<style>${styleSheet(HUES.filter((hue) => used.has(hue)))}</style>`,
        rectangle("page", { x: 0, y: 0, width, height: whole }, 12),
        text("text heading", MARGIN, 42, title),
        text("muted", MARGIN, 62, subtitle),
        ...sources.map(({ box, name }) => join(box, proxies.box, "network", name)),
        ...pages.map(({ box, hue, name }) => join(proxies.box, box, hue, name)),
        ...[...sources, proxies, ...pages].map(draw),
        "</svg>",
        "",
    ].join("\n");
}
