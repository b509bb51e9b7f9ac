/** `docs/platform.svg`: every system as a card in the row of its layer. Pure. */
import { styleSheet } from "../flows/picture/palette";
import { rectangle, text } from "../flows/picture/svg";
import { escapeXml, span, widthOf } from "../flows/picture/text";
import { byLayer, type Inventory, type InventoryRow } from "./inventory";

const MARGIN = 24;
const TOP = 84;
/** Where the cards begin, behind the names of the layers. */
const LEFT = 150;
const WIDTH = 1180;
const CARD = { height: 30, gap: 8, padding: 14, font: 15 } as const;

interface Card {
    readonly row: InventoryRow;
    readonly x: number;
    readonly line: number;
    readonly width: number;
}

function widthOfCard({ definition }: InventoryRow): number {
    return widthOf([span(definition.name, true)], CARD.font) + 2 * CARD.padding;
}

/** Cards beside each other, as many as find room in a line. */
function laidOut(rows: readonly InventoryRow[]): { cards: Card[]; lines: number } {
    const cards: Card[] = [];
    let [x, line] = [LEFT, 0];
    for (const row of rows) {
        const width = widthOfCard(row);
        if (x > LEFT && x + width > WIDTH - MARGIN) {
            [x, line] = [LEFT, line + 1];
        }
        cards.push({ row, x, line, width });
        x += width + CARD.gap;
    }
    return { cards, lines: line + 1 };
}

/** Draws the picture. */
export function inventoryPicture(inventory: Inventory): string {
    let y = TOP;
    const layers = byLayer(inventory);
    const drawn = layers.flatMap(([layer, rows]) => {
        const { cards, lines } = laidOut(rows);
        const top = y;
        y += lines * (CARD.height + CARD.gap) + CARD.gap;
        return [
            `<g class="${layer}">`,
            text("muted", MARGIN, top + 20, layer),
            ...cards.flatMap(({ row, x, line, width }) => {
                const place = top + line * (CARD.height + CARD.gap);
                return [
                    `<g><title>${escapeXml(`${row.definition.name}: ${row.definition.purpose}`)}</title>`,
                    rectangle("card", { x, y: place, width, height: CARD.height }, 6),
                    rectangle("stripe", { x, y: place, width: 5, height: CARD.height }, 2.5),
                    text("text name", x + CARD.padding, place + 20, row.definition.name),
                    "</g>",
                ];
            }),
            "</g>",
        ];
    });
    const height = y + MARGIN;
    const title = "The platform";
    const subtitle = `${inventory.rows.length} systems in ${layers.length} layers; each may need those above it.`;
    const size = `width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`;
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="title desc">`,
        `<title id="title">${escapeXml(title)}</title><desc id="desc">${escapeXml(subtitle)}</desc>`,
        `<style>${styleSheet(layers.map(([layer]) => layer))}</style>`,
        rectangle("page", { x: 0, y: 0, width: WIDTH, height }, 12),
        text("text heading", MARGIN, 42, title),
        text("muted", MARGIN, 62, subtitle),
        ...drawn,
        "</svg>",
        "",
    ].join("\n");
}
