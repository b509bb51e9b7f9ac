/** Ports as the matrix and the picture write them. */
import type { PortRange } from "../../policy/engines/reachability/rules";

/** A port or a range of ports of one protocol. */
export interface OpenPorts {
    /** `ANY` for all of them. */
    readonly protocol: string;
    /** Absent for every port. */
    readonly port?: number | string;
    /** Last port of a range. */
    readonly endPort?: number;
}

/** The same port without fields that say nothing. */
export function toPort({ protocol, port, endPort }: PortRange): OpenPorts {
    return {
        protocol,
        ...(port === undefined ? {} : { port }),
        ...(endPort === undefined || endPort === port ? {} : { endPort }),
    };
}

/** The order of texts, the same in every language. */
export function byText(left: string, right: string): number {
    return left < right ? -1 : Number(left > right);
}

/** Sorts by number, then by protocol. */
export function byPort(left: OpenPorts, right: OpenPorts): number {
    const rank = ({ port }: OpenPorts) => (typeof port === "number" ? port : Infinity);
    return rank(left) === rank(right)
        ? byText(textOf(left), textOf(right))
        : rank(left) - rank(right);
}

/** `5432`, `53/UDP`, `6800-7568`, `every port`: TCP goes without saying, as most are. */
export function textOf({ protocol, port, endPort }: OpenPorts): string {
    const number = endPort === undefined ? String(port) : `${String(port)}-${endPort}`;
    return port === undefined
        ? protocol === "ANY"
            ? "every port"
            : `every ${protocol} port`
        : protocol === "TCP"
          ? number
          : `${number}/${protocol}`;
}
