/** Flows bundled by namespace: one link for each pair of namespaces, or namespace and outside. */
import type { FlowEnd } from "./ends";
import type { FlowMap } from "./flow-map";
import { byPort, type OpenPorts, textOf } from "./ports";

/** A port of a link, as it is written. */
export interface LinkPort {
    readonly text: string;
    /** At least one flow on it is needed; otherwise all are only declared. */
    readonly isNeeded: boolean;
}

/** Everything that goes from one side to another. */
export interface Link {
    /** Namespace, or an end outside. */
    readonly from: string;
    readonly to: string;
    readonly ports: readonly LinkPort[];
}

/** What single addresses are called together. */
export const ADDRESSES = "Addresses";

/** The namespace of pods, or the place; single addresses are one place. */
export function homeOf(end: FlowEnd): string {
    return end.kind === "pods" ? end.namespace : end.isAddress ? ADDRESSES : end.id;
}

/** All links, sorted by their ends; a link from a namespace to itself is what goes on inside. */
export function linksOf({ flows }: Pick<FlowMap, "flows">): Link[] {
    const ports = new Map<string, Map<string, { port: OpenPorts; isNeeded: boolean }>>();
    const ends = new Map<string, Pick<Link, "from" | "to">>();
    for (const { from, to, port, reasons } of flows) {
        const pair = { from: homeOf(from), to: homeOf(to) };
        const key = JSON.stringify([pair.from, pair.to]);
        const known = ports.get(key) ?? new Map<string, { port: OpenPorts; isNeeded: boolean }>();
        const before = known.get(textOf(port))?.isNeeded ?? false;
        known.set(textOf(port), { port, isNeeded: before || reasons.length > 0 });
        ports.set(key, known);
        ends.set(key, pair);
    }
    return [...ends]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([key, pair]) => ({
            ...pair,
            ports: [...(ports.get(key) ?? [])]
                .sort(([, left], [, right]) => byPort(left.port, right.port))
                .map(([text, { isNeeded }]) => ({ text, isNeeded })),
        }));
}
