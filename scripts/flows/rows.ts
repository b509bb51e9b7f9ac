/** Flows in few lines: those that differ only in their ports or ends share one. */
import type { FlowEnd } from "./ends";
import type { AllowedFlow } from "./flow-map";
import { homeOf, type LinkPort } from "./links";
import { byPort, type OpenPorts, textOf } from "./ports";

/** Flows that the same policies allow, for the same reasons. */
export interface Row {
    readonly from: readonly FlowEnd[];
    readonly to: readonly FlowEnd[];
    readonly ports: readonly LinkPort[];
    readonly reasons: readonly string[];
    readonly policies: readonly string[];
}

/** A side of a namespace: what comes in, what goes out, what stays. */
export type Side = "in" | "out" | "inside";

/** The flows of a namespace on a side. */
function flowsAt(flows: readonly AllowedFlow[], namespace: string, side: Side): AllowedFlow[] {
    return flows.filter(({ from, to }) => {
        const [isSource, isTarget] = [homeOf(from) === namespace, homeOf(to) === namespace];
        return side === "inside"
            ? isSource && isTarget
            : isTarget !== isSource && isTarget === (side === "in");
    });
}

/** The policies of the namespace itself; those of the other end stand in the other's list. */
function policiesAt(flow: AllowedFlow, side: Side): readonly string[] {
    return {
        in: flow.ingress,
        out: flow.egress,
        inside: [...new Set([...flow.egress, ...flow.ingress])],
    }[side];
}

function merge<T>(items: readonly T[], keyOf: (item: T) => unknown, join: (all: T[]) => T): T[] {
    const groups = new Map<string, T[]>();
    for (const item of items) {
        const key = JSON.stringify(keyOf(item));
        groups.set(key, [...(groups.get(key) ?? []), item]);
    }
    return [...groups.values()].map(join);
}

interface Line extends Omit<Row, "ports"> {
    readonly ports: readonly { readonly port: OpenPorts; readonly isNeeded: boolean }[];
}

function joined(lines: readonly Line[]): Line {
    const unique = <T>(pick: (line: Line) => readonly T[]) => [...new Set(lines.flatMap(pick))];
    return {
        from: unique(({ from }) => from),
        to: unique(({ to }) => to),
        ports: [
            ...new Map(
                lines.flatMap(({ ports }) => ports).map((item) => [textOf(item.port), item]),
            ).values(),
        ].sort((left, right) => byPort(left.port, right.port)),
        reasons: unique(({ reasons }) => reasons),
        policies: unique(({ policies }) => policies),
    };
}

/** The rows of a namespace's side; needed ones first. */
export function rowsOf(flows: readonly AllowedFlow[], namespace: string, side: Side): Row[] {
    const lines = flowsAt(flows, namespace, side).map((flow) => ({
        ...{ from: [flow.from], to: [flow.to], reasons: flow.reasons },
        ports: [{ port: flow.port, isNeeded: flow.reasons.length > 0 }],
        policies: policiesAt(flow, side),
    }));
    const ids = (ends: readonly FlowEnd[]) => ends.map(({ id }) => id);
    const byPorts = merge<Line>(
        lines,
        ({ from, to, policies }) => [ids(from), ids(to), policies],
        joined,
    );
    const bySource = merge(
        byPorts,
        ({ to, ports, reasons, policies }) => [ids(to), ports, reasons, policies],
        joined,
    );
    const byTarget = merge(
        bySource,
        ({ from, ports, reasons, policies }) => [ids(from), ports, reasons, policies],
        joined,
    );
    return byTarget
        .map((line) => ({
            ...line,
            ports: line.ports.map(({ port, isNeeded }) => ({ text: textOf(port), isNeeded })),
        }))
        .sort((left, right) => Number(right.reasons.length > 0) - Number(left.reasons.length > 0));
}
