/** Ends that are no pods, as Cilium tells them apart: by labels that it reserves, or by name. */
import { readString } from "../../kernel/tree";
import { contains, type Place, type PlaceName, type Places } from "./places";
import type { PolicyPeer } from "./rules";

/**
 * The reserved labels of each part of a place: a node is `host` to its own pods and `remote-node` to
 * all others. A place is let through when each part is.
 */
const PARTS: Readonly<Record<PlaceName, readonly (readonly string[])[]>> = {
    "api-server": [
        ["kube-apiserver", "remote-node"],
        ["kube-apiserver", "host"],
    ],
    nodes: [["remote-node"], ["host"]],
    internet: [["world"]],
    gateway: [["ingress"]],
};
const PLACES: readonly PlaceName[] = ["api-server", "nodes", "internet", "gateway"];

/** Every reserved label that an end of a stack can have. */
export const RESERVED_LABELS: readonly string[] = [...new Set(Object.values(PARTS).flat(2))];

/** The parts of a place; addresses are those of nodes, or else on the internet. */
export function partsOfPlace(
    place: Place,
    { nodes, apiServer }: Places,
): readonly (readonly string[])[] {
    if (place.place !== "addresses") {
        return PARTS[place.place];
    }
    const inside = [...(apiServer.addresses ?? []), ...(nodes.addresses ?? [])];
    const isNode = (address: string) => inside.some((network) => contains(network, address));
    const addresses = place.addresses ?? [];
    if (!addresses.some(isNode)) {
        return PARTS.internet;
    }
    return addresses.every(isNode) ? PARTS.nodes : [];
}

/** A peer that lets ends through by their reserved labels. */
export function reservedPeer(isReserved: (labels: readonly string[]) => boolean): PolicyPeer {
    return { isReserved, places: PLACES.filter((name) => PARTS[name].every(isReserved)) };
}

/** cilium v1.20: `pkg/fqdn/matchpattern/matchpattern.go`. */
function toPattern(text: string): RegExp {
    const name = text.trim().toLowerCase().replace(/\.$/, "");
    const source = name
        .replaceAll(".", "[.]")
        .replace(/^\*{2,}\[\.\]/, "(?:[-\\w]+[.])+")
        .replaceAll(/\*+/g, "[-\\w]*");
    return /^\*+$/.test(name) ? /./ : new RegExp(`^${source}$`);
}

/**
 * A test for names of hosts against `matchName` and `matchPattern`, in which a star is any letters
 * of one label, and two stars before the first dot are any labels.
 */
export function toHostTest(names: readonly unknown[]): (name: string) => boolean {
    const patterns = names.flatMap((entry) => {
        const text = readString(entry, "matchName") ?? readString(entry, "matchPattern");
        return text === undefined ? [] : [toPattern(text)];
    });
    return (name) => patterns.some((pattern) => pattern.test(name.toLowerCase()));
}

/** Names that strangers may register: alike but for what a pattern must not leave open. */
const STRANGERS = ["", "a.", "a.b.", "a.b.c."].flatMap((prefix) => [
    [`${prefix}first.com`, `${prefix}second.org`],
    [`${prefix}first.com`, `${prefix}second.com`],
]);
/** Ends of names that nobody can register on the internet (RFC 6762, appendix G; RFC 8375). */
const PRIVATE = /(?:^|\.)(?:internal|intranet|local|lan|home|corp|private|test|arpa)$/;

/** Whether a name or pattern is met by names of strangers: `*`, `**`, `*.*` or `*.com`. */
export function isAnyName(entry: unknown): boolean {
    const text = (readString(entry, "matchName") ?? readString(entry, "matchPattern") ?? "")
        .toLowerCase()
        .replace(/\.$/, "");
    const end = text.split(".").at(-1) ?? "";
    const test = toHostTest([entry]);
    // What is registered below `com` is below every other end too.
    const under = (name: string) =>
        /^[a-z]{2,}$/.test(end)
            ? name.replace(/[^.]+$/, (last) => (last === "com" ? end : last))
            : name;
    return (
        !PRIVATE.test(text) && STRANGERS.some((names) => names.every((name) => test(under(name))))
    );
}
