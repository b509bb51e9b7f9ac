/** What differs between two versions of one value, field by field. Pure. */
import { isRecord } from "../../components/base/object";
import { pairEntries } from "./lists";
import { documentIn, lineChanges } from "./texts";
import { isSame, isSecret, isUnknown, SECRET } from "./values";

/** One field that differs. */
export interface FieldChange {
    /** As a person writes it: `spec.template.spec.containers[n8n].image`. */
    readonly path: string;
    /** Keys of the path without the entries of lists: what a rule about a field looks at. */
    readonly keys: readonly string[];
    /** Absent where the field is new. */
    readonly before?: unknown;
    /** Absent where the field goes. */
    readonly after?: unknown;
}

interface Place {
    readonly path: string;
    readonly keys: readonly string[];
}

/** Lists whose order decides what happens: a reordered one is a change, all others are sets. */
const ORDERED = new Set(["args", "command", "initContainers", "bootOrders"]);

function below({ path, keys }: Place, key: string): Place {
    const plain = /^[\w-]+$/.test(key);
    const step = plain ? `${path === "" ? "" : "."}${key}` : `[${JSON.stringify(key)}]`;
    return { path: `${path}${step}`, keys: [...keys, key] };
}

function entry({ path, keys }: Place, label: string): Place {
    return { path: label === "" ? path : `${path}[${label}]`, keys };
}

function change({ path, keys }: Place, before: unknown, after: unknown): FieldChange {
    // What was a secret yesterday may be one today, written in plain text.
    const masked = isSecret(before) || isSecret(after);
    const shown = (value: unknown) => (masked && value !== undefined ? SECRET : value);
    return {
        path,
        keys,
        ...(before === undefined ? {} : { before: shown(before) }),
        ...(after === undefined ? {} : { after: shown(after) }),
    };
}

function compareTexts(place: Place, before: string, after: string): FieldChange[] {
    const [old, now] = [documentIn(before), documentIn(after)];
    if (old !== undefined && now !== undefined) {
        const inside = compare(place, old, now);
        // Two spellings of one document are still two texts.
        return inside.length > 0 ? inside : [change(place, before, after)];
    }
    const lines = lineChanges(before, after);
    if (lines === undefined || (lines.gone.length === 0 && lines.come.length === 0)) {
        return [change(place, before, after)];
    }
    return [
        change(
            place,
            lines.gone.length === 0 ? undefined : lines.gone.join("\n"),
            lines.come.length === 0 ? undefined : lines.come.join("\n"),
        ),
    ];
}

/** Entries that are documents in themselves, as patches of a machine configuration are. */
function opened(list: readonly unknown[]): readonly unknown[] {
    return list.map((item) => (typeof item === "string" ? (documentIn(item) ?? item) : item));
}

/** The entries of a list in short: by name where they have one. */
function names(list: readonly unknown[]): unknown[] {
    return list.map((item) => (isRecord(item) ? (item.name ?? item) : item));
}

function compareLists(
    place: Place,
    before: readonly unknown[],
    after: readonly unknown[],
): FieldChange[] {
    const changes = pairEntries(opened(before), opened(after)).flatMap((pair) =>
        compare(entry(place, pair.label), pair.before, pair.after),
    );
    const isMoved = changes.length === 0 && ORDERED.has(place.keys.at(-1) ?? "");
    return isMoved ? [change(place, names(before), names(after))] : changes;
}

function compareMaps(
    place: Place,
    before: Readonly<Record<string, unknown>>,
    after: Readonly<Record<string, unknown>>,
): FieldChange[] {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
        compare(below(place, key), before[key], after[key]),
    );
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
    return isRecord(value) && !isSecret(value) && !isUnknown(value);
}

function compare(place: Place, before: unknown, after: unknown): FieldChange[] {
    if (isSame(before, after)) {
        return [];
    }
    if (isMap(before) && isMap(after)) {
        return compareMaps(place, before, after);
    }
    if (Array.isArray(before) && Array.isArray(after)) {
        return compareLists(place, before, after);
    }
    if (typeof before === "string" && typeof after === "string") {
        return compareTexts(place, before, after);
    }
    return [change(place, before, after)];
}

/** The fields in which two versions of the inputs of a resource differ. */
export function fieldChanges(
    before: Readonly<Record<string, unknown>>,
    after: Readonly<Record<string, unknown>>,
): FieldChange[] {
    return compareMaps({ path: "", keys: [] }, before, after);
}
