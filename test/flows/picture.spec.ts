import * as assert from "node:assert/strict";
import { flowsPicture } from "../../scripts/flows/picture";
import type { Box } from "../../scripts/flows/picture/boxes";
import { bundle, type Wire, withLanes } from "../../scripts/flows/picture/bundles";
import { type PictureLayout, layoutOf } from "../../scripts/flows/picture/layout";
import { schemes } from "../../scripts/flows/picture/palette";
import { picturePlanOf } from "../../scripts/flows/picture/plan";
import { escapeXml, widthOf } from "../../scripts/flows/picture/text";
import { flow, group, home, mapOf, outside, platformOf } from "./maps";

const port = (text: string, isNeeded = true) => [{ text, isNeeded }];
const wire = (from: number, to: number, text = "1"): Wire => ({ from, to, ports: port(text) });

function overlap(left: Box, right: Box): boolean {
    return (
        left.x < right.x + right.width &&
        right.x < left.x + left.width &&
        left.y < right.y + right.height &&
        right.y < left.y + left.height
    );
}

/** Pairs of boxes that overlap, as their positions in the list. */
function overlaps(boxes: readonly Box[]): string[] {
    return boxes.flatMap((left, index) =>
        boxes
            .slice(index + 1)
            .flatMap((right, other) =>
                overlap(left, right) ? [`${index} and ${index + 1 + other}`] : [],
            ),
    );
}

function uprights({ trunks }: PictureLayout): Box[] {
    return trunks.map(({ x, wires }) => {
        const ends = wires.flatMap(({ from, to }) => [from, to]);
        const top = Math.min(...ends);
        return { x: x - 2, y: top, width: 4, height: Math.max(...ends) - top };
    });
}

describe("the picture of flows", () => {
    for (const count of [2, 10, 20, 60]) {
        it(`lets nothing overlap with ${count} namespaces`, () => {
            const layout = layoutOf(picturePlanOf(platformOf(count)));
            const { cards, rails, labels, width, height } = layout;
            const solid = [
                ...cards.map(({ box }) => box),
                ...rails.flatMap(({ box, heads }) => [box, ...heads]),
                ...labels.map(({ box }) => box),
                ...uprights(layout),
            ];
            assert.deepEqual(overlaps(solid), []);
            const outsiders = solid.filter(
                ({ x, y, ...box }) =>
                    x < 0 || y < 0 || x + box.width > width || y + box.height > height,
            );
            assert.deepEqual(outsiders, []);
            assert.equal(cards.length, count);
        });

        it(`leads no line through a label with ${count} namespaces`, () => {
            const { trunks, taps, labels } = layoutOf(picturePlanOf(platformOf(count)));
            const wires = trunks.flatMap((trunk) => trunk.wires);
            const lines = {
                left: wires.flatMap(({ from, to }) => [from, to]),
                right: taps.map(({ y }) => y),
            };
            const crossed = labels.filter(({ isRight, box }) =>
                lines[isRight ? "right" : "left"].some((y) => box.y < y && y < box.y + box.height),
            );
            assert.ok(labels.length > 0);
            assert.deepEqual(crossed, []);
        });
    }

    it("keeps the words of a card inside of it", () => {
        const { cards } = layoutOf(picturePlanOf(platformOf(20)));
        for (const { box, name, facts, insideSpans } of cards) {
            const spans = [[{ text: name, isStrong: true }], [{ text: facts, isStrong: false }]];
            for (const line of [...spans, insideSpans]) {
                assert.ok(widthOf(line, 12) + 18 <= box.width, `${name} is too wide`);
            }
        }
    });

    it("is the same to the byte, in whatever order flows and namespaces come", () => {
        const map = platformOf(20);
        const turned = {
            ...map,
            flows: [...map.flows].reverse(),
            namespaces: [...map.namespaces].reverse(),
        };
        assert.ok(flowsPicture(map) === flowsPicture(platformOf(20)));
        assert.ok(flowsPicture(turned) === flowsPicture(map));
    });

    it("shows layers from the ground up, and what nobody declares at the end", () => {
        const homes = [
            home("b", "apps"),
            home("x", undefined),
            home("c", "network"),
            home("a", "apps"),
        ];
        const { cards, bands } = layoutOf(picturePlanOf(mapOf(homes, [])));
        assert.deepEqual(
            cards.map(({ name }) => name),
            ["c", "a", "b", "x"],
        );
        assert.deepEqual(
            bands.map(({ hue }) => hue),
            ["network", "apps", "other"],
        );
    });

    it("has a rail for each place, and one for all addresses", () => {
        const homes = [home("a", "apps"), home("b", "apps")];
        const { rails, taps } = picturePlanOf(
            mapOf(homes, [
                flow(group("a"), outside("1.1.1.1", true), 53),
                flow(group("b"), outside("9.9.9.9", true), 53),
                flow(group("a"), outside("Internet"), 443),
                flow(outside("Gateway"), group("a"), 8080, "a route"),
                flow(outside("Gateway"), group("b"), 8080),
            ]),
        );
        assert.deepEqual(rails, ["Gateway", "Internet", "Addresses"]);
        assert.deepEqual(
            taps.map(({ card, rail, isInbound }) => [card, rail, isInbound]),
            [
                [0, 0, true],
                [1, 0, true],
                [0, 2, false],
                [0, 1, false],
                [1, 2, false],
            ],
        );
    });

    it("draws lines where only something is declared thin, and with a hollow head", () => {
        const homes = [home("a", "apps"), home("b", "apps")];
        const count = (text: string, reasons: string[]) =>
            flowsPicture(mapOf(homes, [flow(group("a"), group("b"), 80, ...reasons)])).split(text)
                .length - 1;
        // The legend has one of each.
        assert.equal(count('class="line declared"', ["needed"]), 1);
        assert.equal(count('class="head open"', ["needed"]), 1);
        assert.equal(count('class="line declared"', []), 2);
        assert.equal(count('class="head open"', []), 2);
    });

    it("writes every name so that it is no markup", () => {
        const name = `<script>"&'`;
        const svg = flowsPicture(
            mapOf([home(name, "apps"), home("b", "apps")], [flow(group(name), group("b"), 80)]),
        );
        assert.equal(escapeXml(name), "&lt;script&gt;&quot;&amp;&#39;");
        assert.ok(svg.includes(escapeXml(name)));
        assert.ok(!svg.includes("<script"));
        assert.deepEqual(svg.match(/&(?!amp;|lt;|gt;|quot;|#39;)/g), null);
    });

    it("loads nothing and runs nothing", () => {
        const svg = flowsPicture(platformOf(10));
        assert.deepEqual(svg.match(/<script|@import|@font-face|url\(|href=| on\w+=/g), null);
        assert.ok(svg.includes("@media(prefers-color-scheme:dark)"));
    });
});

describe("bundles of flows", () => {
    const shape = (wires: readonly Wire[]) =>
        bundle(wires).map((item) => item.wires.map(({ from, to }) => `${from}-${to}`).join(" "));

    it("hold what goes to the same ports of one namespace", () => {
        assert.deepEqual(shape([wire(1, 0), wire(2, 0), wire(3, 0, "2")]), ["1-0 2-0", "3-0"]);
    });

    it("hold what one namespace sends to many, whatever the ports", () => {
        assert.deepEqual(shape([wire(0, 1), wire(0, 2, "2"), wire(0, 3, "3")]), ["0-1 0-2 0-3"]);
    });

    it("take each wire once, the largest bundle first", () => {
        const wires = [wire(1, 0), wire(2, 0), wire(3, 0), wire(3, 1), wire(3, 2)];
        assert.deepEqual(shape(wires), ["1-0 2-0 3-0", "3-1 3-2"]);
    });

    it("share a lane only where they do not touch", () => {
        const lanes = withLanes([
            { wires: [wire(0, 1)] },
            { wires: [wire(2, 3)] },
            { wires: [wire(3, 4)] },
        ]);
        assert.deepEqual(
            lanes.map(({ lane }) => lane),
            [0, 0, 1],
        );
    });
});

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(colour: string): number {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
        .map((start) => parseInt(colour.slice(start, start + 2), 16) / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
    const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
}

describe("colours of the picture", () => {
    for (const [name, scheme] of Object.entries(schemes)) {
        it(`can be read in ${name} surroundings`, () => {
            const { page, card, text, muted, layers } = scheme;
            for (const colour of [text, muted, ...Object.values(layers)]) {
                for (const ground of [page, card]) {
                    assert.ok(contrast(colour, ground) >= 4.5, `${colour} on ${ground}`);
                }
            }
        });
    }
});
