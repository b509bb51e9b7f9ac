/** Where lines meet cards, in the order from top to bottom that lets none of them cross there. */
import type { LinkPort } from "../links";
import type { Trunk, Wire } from "./bundles";
import { type PicturePlan, type PlannedTap, portSpans } from "./plan";
import { span, type TextSpan } from "./text";

/** The end of a line, or of lines of one trunk, at a card. */
export interface Pin {
    readonly card: number;
    readonly side: "left" | "right";
    readonly of: Trunk | PlannedTap;
    /** The line ends here in an arrow. */
    readonly isArrow: boolean;
    /** The ports, and who is at the other end. */
    readonly spans: readonly TextSpan[];
    /** Smaller is further up. */
    readonly order: number;
}

/** Ports of all wires, each once. */
function union(wires: readonly Wire[]): LinkPort[] {
    const all = new Map<string, LinkPort>();
    for (const port of wires.flatMap(({ ports }) => ports)) {
        if (all.get(port.text)?.isNeeded !== true) {
            all.set(port.text, port);
        }
    }
    return [...all.values()].sort((left, right) =>
        left.text.localeCompare(right.text, "en", { numeric: true }),
    );
}

function trunkPins({ cards, trunks }: PicturePlan): Pin[] {
    const farthest = Math.max(0, ...trunks.map(({ lane }) => lane)) + 1;
    return trunks.flatMap((trunk) =>
        (["from", "to"] as const).flatMap((end) => {
            const wiresAt = new Map<number, Wire[]>();
            for (const wire of trunk.wires) {
                wiresAt.set(wire[end], [...(wiresAt.get(wire[end]) ?? []), wire]);
            }
            return [...wiresAt].map(([card, wires]): Pin => {
                const others = wires.map((wire) => wire[end === "from" ? "to" : "from"]);
                const [first = 0] = others;
                const name =
                    others.length === 1
                        ? (cards[first]?.name ?? "")
                        : `${others.length} namespaces`;
                // A line that turns up passes above those of farther lanes, one that turns down
                // below them; one that turns both ways is between.
                const distance = farthest - trunk.lane;
                const turns = new Set(others.map((other) => Math.sign(other - card)));
                const turn = turns.size > 1 ? 0 : Math.sign(first - card);
                return {
                    ...{ card, side: "left", of: trunk, isArrow: end === "to" },
                    spans: [
                        ...portSpans(union(wires)),
                        span(end === "to" ? ` from ${name}` : ` to ${name}`),
                    ],
                    order: turn * distance,
                };
            });
        }),
    );
}

function tapPins({ rails, taps }: PicturePlan): Pin[] {
    return taps.map((tap) => {
        const { card, rail, isInbound, ports } = tap;
        const other = rails[rail] ?? "";
        return {
            ...{ card, side: "right", of: tap, isArrow: isInbound },
            spans: [...portSpans(ports), span(isInbound ? ` from ${other}` : ` to ${other}`)],
            order: 2 * rail + Number(isInbound),
        };
    });
}

/** All pins, for each card from top to bottom. */
export function pinsOf(plan: PicturePlan): Pin[] {
    return [...trunkPins(plan), ...tapPins(plan)].sort(
        (left, right) => left.card - right.card || left.order - right.order,
    );
}
