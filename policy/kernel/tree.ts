/**
 * Safe reading of resource inputs. During a preview any value may be unknown, and the SDK's proxy
 * throws on touching one, which silences a whole policy for the whole stack (pitfall P25). Here a
 * read always returns, and says which of three things it found.
 */
import {
    getSpecialProxyTarget,
    unknownArchiveValue,
    unknownArrayValue,
    unknownAssetValue,
    unknownBooleanValue,
    unknownNumberValue,
    unknownObjectValue,
    unknownStringValue,
} from "@pulumi/policy/proxy";

const SENTINELS: ReadonlySet<unknown> = new Set([
    unknownArchiveValue,
    unknownArrayValue,
    unknownAssetValue,
    unknownBooleanValue,
    unknownNumberValue,
    unknownObjectValue,
    unknownStringValue,
]);

/** What a read found: a value, nothing, or something that only an update will know. */
export type Reading =
    | { readonly state: "known"; readonly value: unknown }
    | { readonly state: "absent" }
    | { readonly state: "unknown" };

export type Tree = Readonly<Record<string, unknown>>;

const ABSENT: Reading = { state: "absent" };
const UNKNOWN: Reading = { state: "unknown" };

/** Whether a value is one that only an update will know. */
export function isUnknown(value: unknown): boolean {
    return SENTINELS.has(value);
}

/** Whether a value is an object with keys (not an array, not unknown). */
export function isTree(value: unknown): value is Tree {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The inputs behind the SDK's proxy, with unknown values as its sentinels. */
export function rawInputs(props: Tree): Tree {
    const target: unknown = props[getSpecialProxyTarget];
    return isTree(target) ? target : props;
}

/** Reads a path such as `["spec", "template", "spec"]`; `null` counts as absent. */
export function read(tree: unknown, path: readonly (string | number)[]): Reading {
    let value = tree;
    for (const part of path) {
        if (isUnknown(value)) {
            return UNKNOWN;
        }
        if (Array.isArray(value) && typeof part === "number") {
            value = (value as unknown[])[part];
        } else if (isTree(value)) {
            value = value[part];
        } else {
            return ABSENT;
        }
    }
    if (isUnknown(value)) {
        return UNKNOWN;
    }
    return value === undefined || value === null ? ABSENT : { state: "known", value };
}

/** The known string at a path, else undefined. */
export function readString(tree: unknown, ...path: (string | number)[]): string | undefined {
    const reading = read(tree, path);
    return reading.state === "known" && typeof reading.value === "string"
        ? reading.value
        : undefined;
}

/** The known elements at a path; an absent or unknown list has none. */
export function readList(tree: unknown, ...path: (string | number)[]): readonly unknown[] {
    const reading = read(tree, path);
    return reading.state === "known" && Array.isArray(reading.value)
        ? (reading.value as unknown[])
        : [];
}

/** The known object at a path; an absent or unknown one is empty. */
export function readTree(tree: unknown, ...path: (string | number)[]): Tree {
    const reading = read(tree, path);
    return reading.state === "known" && isTree(reading.value) ? reading.value : {};
}

/** The known string values of a map, such as labels. */
export function readLabels(
    tree: unknown,
    ...path: (string | number)[]
): Readonly<Record<string, string>> {
    return Object.fromEntries(
        Object.entries(readTree(tree, ...path)).filter(
            (entry): entry is [string, string] =>
                typeof entry[1] === "string" && !isUnknown(entry[1]),
        ),
    );
}

/** Whether something below the value is unknown. */
export function holdsUnknown(value: unknown): boolean {
    if (isUnknown(value)) {
        return true;
    }
    if (Array.isArray(value)) {
        return value.some(holdsUnknown);
    }
    return isTree(value) && Object.values(value).some(holdsUnknown);
}

/** A reading as messages name it: the value as JSON, `absent` or `unknown`. */
export function showReading(reading: Reading): string {
    return reading.state === "known" ? JSON.stringify(reading.value) : reading.state;
}
