/** Values that stand somewhere inside an object, with what is unknown on the way to them. */
import { isTree, isUnknown } from "../../kernel/tree";

/**
 * The values at a path; a field that ends in `[]` leads into each element of its list. What is known
 * only at the update, on the way or at the end, is there as itself.
 */
export function valuesAt(tree: unknown, path: readonly string[]): unknown[] {
    const [first, ...rest] = path;
    if (tree === undefined || tree === null) {
        return [];
    }
    if (first === undefined || isUnknown(tree)) {
        return [tree];
    }
    if (!isTree(tree)) {
        return [];
    }
    const isList = first.endsWith("[]");
    const value = tree[isList ? first.slice(0, -2) : first];
    if (!isList || isUnknown(value)) {
        return valuesAt(value, rest);
    }
    return Array.isArray(value) ? value.flatMap((item) => valuesAt(item, rest)) : [];
}

/** A field of a value; of an unknown value every field is unknown. */
export function fieldOf(value: unknown, field: string): unknown {
    return isUnknown(value) ? value : isTree(value) ? value[field] : undefined;
}

/** What an object that names another says of it. */
export interface NamedObject {
    /** `<group>/<Kind>`. */
    readonly kind: string;
    readonly namespace: unknown;
    /** Unknown also where its kind or group is. */
    readonly name: unknown;
}

function groupOf(value: unknown, fallback: string): unknown {
    const version = fieldOf(value, "apiVersion");
    if (typeof version === "string" && !isUnknown(version)) {
        return version.includes("/") ? version.split("/")[0] : "";
    }
    return version ?? fieldOf(value, "group") ?? fieldOf(value, "apiGroup") ?? fallback;
}

/** Reads `{ kind, name, namespace }` with `group`, `apiGroup` or `apiVersion`, each with a default. */
export function namedObject(
    value: unknown,
    defaults: { readonly group: string; readonly kind: string; readonly namespace: unknown },
): NamedObject {
    const group = groupOf(value, defaults.group);
    const kind = fieldOf(value, "kind") ?? defaults.kind;
    const vague = [group, kind].find(isUnknown);
    return {
        kind: [group, kind].filter((part) => typeof part === "string").join("/"),
        namespace: fieldOf(value, "namespace") ?? defaults.namespace,
        name: vague ?? fieldOf(value, "name"),
    };
}
