/**
 * Which entries of two lists belong together. Kubernetes keys most of its lists by a field (the
 * `x-kubernetes-list-map-keys` of its API), so an entry that moved is the same entry. Pure.
 */
import { isRecord } from "../../components/base/object";
import { isSame } from "./values";

/** An entry of the first list with its counterpart of the second; one of both may be missing. */
export interface EntryPair {
    /** What tells the entry apart from its neighbours, for a path. */
    readonly label: string;
    readonly before?: unknown;
    readonly after?: unknown;
}

/**
 * Fields that tell entries apart, the more telling ones first: those of containers, volumes, mounts,
 * ports, rules and conditions, then those of this program's own and Talos' documents.
 */
const KEYS: readonly (readonly string[])[] = [
    ["mountPath"],
    ["kind", "namespace", "name"],
    ["kind", "name"],
    ["name"],
    ["containerPort", "protocol"],
    ["port", "protocol"],
    ["key", "operator", "effect"],
    ["topologyKey"],
    ["interface"],
    ["record"],
    ["alert"],
    ["host"],
    ["ip"],
    ["uid"],
    ["type"],
    ["kind"],
];

function keyOf(entry: unknown, fields: readonly string[]): string | undefined {
    if (!isRecord(entry) || entry[fields[0] ?? ""] === undefined) {
        return undefined;
    }
    const values = fields.map((field) => entry[field]).filter((value) => value !== undefined);
    return values.every((value) => typeof value === "string" || typeof value === "number")
        ? values.join("/")
        : undefined;
}

/** Entries by key; undefined where one has none or two have the same. */
function keyed(list: readonly unknown[], fields: readonly string[]) {
    const entries = new Map(list.map((entry) => [keyOf(entry, fields), entry]));
    return entries.size === list.length && !entries.has(undefined)
        ? (entries as Map<string, unknown>)
        : undefined;
}

/** Entries that are in one list and not in the other, each counted as often as it is there. */
function without(list: readonly unknown[], others: readonly unknown[]): unknown[] {
    const rest = [...others];
    return list.filter((entry) => {
        const at = rest.findIndex((other) => isSame(entry, other));
        if (at >= 0) {
            rest.splice(at, 1);
        }
        return at < 0;
    });
}

/** Pairs of a list without keys: what is equal is gone, the rest is taken in its order. */
function byPosition(before: readonly unknown[], after: readonly unknown[]): EntryPair[] {
    const gone = without(before, after);
    const come = without(after, before);
    const areAlike = gone.length === come.length && [...gone, ...come].every(isRecord);
    if (areAlike) {
        return gone.map((entry, index) => ({
            label: String(before.indexOf(entry)),
            before: entry,
            after: come[index],
        }));
    }
    return [
        ...gone.map((entry) => ({ label: "", before: entry })),
        ...come.map((entry) => ({ label: "", after: entry })),
    ];
}

/** What differs between two lists, entry by entry; equal entries are left out. */
export function pairEntries(before: readonly unknown[], after: readonly unknown[]): EntryPair[] {
    for (const fields of KEYS) {
        const old = keyed(before, fields);
        const now = keyed(after, fields);
        if (old !== undefined && now !== undefined && old.size + now.size > 0) {
            const labels = [...new Set([...old.keys(), ...now.keys()])];
            return labels
                .map((label) => ({ label, before: old.get(label), after: now.get(label) }))
                .filter((pair) => !isSame(pair.before, pair.after));
        }
    }
    return byPosition(before, after);
}
