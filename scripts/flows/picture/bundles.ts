/**
 * Bundles the flows between namespaces, so that sixty namespaces need a few uprights and not one
 * for each pair: what many send to one, and what one sends to many.
 */
import type { LinkPort } from "../links";

/** Flows from one namespace to another, both by their number in the picture. */
export interface Wire {
    readonly from: number;
    readonly to: number;
    readonly ports: readonly LinkPort[];
}

/** Wires that share an upright: all of them start, or all of them end, at the same namespace. */
export interface Bundle {
    readonly wires: readonly Wire[];
}

/** A bundle with its distance from the cards; 0 is the nearest. */
export interface Trunk extends Bundle {
    readonly lane: number;
}

function grouped(wires: readonly Wire[], keyOf: (wire: Wire) => string): Map<string, Wire[]> {
    const groups = new Map<string, Wire[]>();
    for (const wire of wires) {
        const key = keyOf(wire);
        groups.set(key, [...(groups.get(key) ?? []), wire]);
    }
    return groups;
}

/**
 * Takes the largest bundle out until none is left. Wires into one namespace are bundled only when
 * they go to the same ports; wires out of one each say their ports at the other end.
 */
export function bundle(wires: readonly Wire[]): Bundle[] {
    const bundles: Bundle[] = [];
    let rest = wires;
    while (rest.length > 0) {
        const groups = [
            ...grouped(rest, ({ to, ports }) => `in ${to} ${JSON.stringify(ports)}`),
            ...grouped(rest, ({ from }) => `out ${from}`),
        ].map(([, group]) => group);
        const largest = groups.reduce((best, group) => (group.length > best.length ? group : best));
        const taken = new Set(largest);
        bundles.push({ wires: largest });
        rest = rest.filter((wire) => !taken.has(wire));
    }
    return bundles;
}

function extent({ wires }: Bundle): { first: number; last: number } {
    const ends = wires.flatMap(({ from, to }) => [from, to]);
    return { first: Math.min(...ends), last: Math.max(...ends) };
}

function length(bundle: Bundle): number {
    const { first, last } = extent(bundle);
    return last - first;
}

/**
 * Gives each bundle the nearest lane that is free along its whole length. Those with many wires
 * come first: every wire of a farther lane crosses the nearer ones, so the large ones stay near.
 */
export function withLanes(bundles: readonly Bundle[]): Trunk[] {
    const lanes: { first: number; last: number }[][] = [];
    return [...bundles]
        .sort(
            (left, right) =>
                right.wires.length - left.wires.length ||
                length(left) - length(right) ||
                extent(left).first - extent(right).first,
        )
        .map(({ wires }) => {
            const { first, last } = extent({ wires });
            const free = lanes.findIndex((taken) =>
                taken.every((other) => other.last < first || last < other.first),
            );
            const lane = free < 0 ? lanes.length : free;
            lanes[lane] = [...(lanes[lane] ?? []), { first, last }];
            return { wires, lane };
        });
}
