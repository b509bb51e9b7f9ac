/** What zod finds in a configuration, as faults of our own form. Pure. */
import type { z } from "zod";
import type { Fault } from "./base/definition";
import { nearest } from "./nearest";

function describe(value: unknown): string {
    return value === undefined ? "nothing" : JSON.stringify(value);
}

/** A path as a user writes it: `nodes[2].address`. */
function dotted(path: readonly PropertyKey[]): string {
    return path.reduce<string>((text, part) => {
        if (typeof part === "number") {
            return `${text}[${part}]`;
        }
        return text === "" ? String(part) : `${text}.${String(part)}`;
    }, "");
}

/** The parts of a zod schema that lead to the keys of its objects. */
export interface SchemaNode {
    readonly shape?: Readonly<Record<string, SchemaNode>>;
    readonly element?: SchemaNode;
    readonly def?: object & { readonly innerType?: SchemaNode };
}

/** A schema without the defaults around it. */
export function withoutDefaults(schema: SchemaNode | undefined): SchemaNode | undefined {
    let inner = schema;
    while (inner?.def?.innerType !== undefined) {
        inner = inner.def.innerType;
    }
    return inner;
}

function keysAt(schema: SchemaNode, path: readonly PropertyKey[]): string[] {
    const found = path.reduce<SchemaNode | undefined>((node, part) => {
        const current = withoutDefaults(node);
        return typeof part === "number" ? current?.element : current?.shape?.[String(part)];
    }, schema);
    return Object.keys(withoutDefaults(found)?.shape ?? {});
}

/**
 * The faults of one issue; unknown keys name the nearest known one.
 *
 * @param atTop keys that are allowed at the top besides those of the schema
 */
export function toFaults(
    issue: z.core.$ZodIssue,
    raw: unknown,
    schema: SchemaNode,
    atTop: readonly string[],
): Fault[] {
    if (issue.code === "unrecognized_keys") {
        const known = [...keysAt(schema, issue.path), ...(issue.path.length === 0 ? atTop : [])];
        return issue.keys.map((key) => {
            const near = nearest(key, known);
            const hint = near === undefined ? "" : `; did you mean ${near}?`;
            return {
                key: dotted([...issue.path, key]),
                found: "an unknown key",
                allowed: `${known.join(", ")}${hint}`,
            };
        });
    }
    const found = issue.path.reduce<unknown>(
        (value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part],
        raw,
    );
    const allowed = issue.message
        .replace(/^Invalid (input|string|option): (expected )?/, "")
        .replace(/, received .*$/, "");
    return [{ key: dotted(issue.path), found: describe(found), allowed }];
}

/** A copy without the keys that the schema does not know. */
export function withoutUnknownKeys(raw: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
    const copy = structuredClone(raw);
    for (const issue of issues) {
        if (issue.code === "unrecognized_keys") {
            const parent = issue.path.reduce<unknown>(
                (tree, part) => (tree as Record<PropertyKey, unknown>)[part],
                copy,
            );
            issue.keys.forEach((key) => Reflect.deleteProperty(parent as object, key));
        }
    }
    return copy;
}
