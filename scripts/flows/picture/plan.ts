/**
 * What the picture is made of, before anything has a place: cards for namespaces, rails for what is
 * outside, trunks for flows between namespaces, taps for flows between a namespace and a rail.
 */
import type { NamespaceInfo } from "../ends";
import type { FlowMap } from "../flow-map";
import { ADDRESSES, type Link, linksOf, type LinkPort } from "../links";
import { bundle, type Trunk, type Wire, withLanes } from "./bundles";
import { type Hue, HUES } from "./palette";
import { span, type TextSpan } from "./text";

/** A namespace, in the order of the picture. */
export interface PlannedCard {
    readonly name: string;
    readonly hue: Hue;
    readonly facts: string;
    /** Ports on which its own pods talk to each other. */
    readonly inside: readonly LinkPort[];
}

/** Flows between a namespace and what is outside. */
export interface PlannedTap {
    readonly card: number;
    readonly rail: number;
    readonly isInbound: boolean;
    readonly ports: readonly LinkPort[];
}

/** The whole picture without positions. */
export interface PicturePlan {
    readonly cards: readonly PlannedCard[];
    readonly rails: readonly string[];
    readonly trunks: readonly Trunk[];
    readonly taps: readonly PlannedTap[];
}

const MOST_PORTS = 4;

/** The ports of a link in one line, with what is needed in strong letters. */
export function portSpans(ports: readonly LinkPort[]): TextSpan[] {
    const shown = ports.length > MOST_PORTS ? ports.slice(0, MOST_PORTS - 1) : ports;
    const more = ports.length - shown.length;
    return [
        ...shown.flatMap(({ text, isNeeded }, index) => [
            ...(index > 0 ? [span(", ")] : []),
            span(text, isNeeded),
        ]),
        ...(more > 0 ? [span(` and ${more} more`)] : []),
    ];
}

function hueOf({ layer }: NamespaceInfo): Hue {
    return layer ?? "other";
}

function toCard(info: NamespaceInfo, links: readonly Link[]): PlannedCard {
    const { name, tier, groups } = info;
    const count = groups.length === 1 ? "1 group" : `${groups.length} groups`;
    const own = links.find(({ from, to }) => from === name && to === name);
    return {
        name,
        hue: hueOf(info),
        facts: tier === undefined ? count : `tier ${tier}, ${count}`,
        inside: own?.ports ?? [],
    };
}

function wiresOf(links: readonly Link[], index: ReadonlyMap<string, number>): Wire[] {
    return links.flatMap(({ from, to, ports }) => {
        const [source, target] = [index.get(from), index.get(to)];
        return source === undefined || target === undefined || source === target
            ? []
            : [{ from: source, to: target, ports }];
    });
}

/** Rails by the number of their taps: what is used most is nearest, and crossed least. */
function railsOf(links: readonly Link[], index: ReadonlyMap<string, number>): string[] {
    const counts = new Map<string, number>();
    for (const end of links.flatMap(({ from, to }) => [from, to])) {
        if (!index.has(end)) {
            counts.set(end, (counts.get(end) ?? 0) + 1);
        }
    }
    return [...counts]
        .sort(([left, one], [right, other]) => other - one || (left < right ? -1 : 1))
        .map(([name]) => name)
        .sort((left, right) => Number(left === ADDRESSES) - Number(right === ADDRESSES));
}

/** Plans the picture of a stack. */
export function picturePlanOf(map: Pick<FlowMap, "namespaces" | "flows">): PicturePlan {
    const links = linksOf(map);
    const cards = [...map.namespaces]
        .sort(
            (left, right) =>
                HUES.indexOf(hueOf(left)) - HUES.indexOf(hueOf(right)) ||
                (left.name < right.name ? -1 : 1),
        )
        .map((info) => toCard(info, links));
    const index = new Map(cards.map(({ name }, position) => [name, position]));
    const rails = railsOf(links, index);
    const taps = links.flatMap(({ from, to, ports }): PlannedTap[] => {
        const isInbound = index.has(to);
        const card = index.get(isInbound ? to : from);
        const rail = rails.indexOf(isInbound ? from : to);
        return card === undefined || rail < 0 ? [] : [{ card, rail, isInbound, ports }];
    });
    return { cards, rails, trunks: withLanes(bundle(wiresOf(links, index))), taps };
}
