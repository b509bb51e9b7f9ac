/**
 * Reads a value by a schema: what it means where it is well-formed, and a fault for everything else,
 * in words of our own. What zod would say is never used: what is allowed follows from the schema.
 * Pure.
 */
import { z } from "zod";
import type { Fault } from "./base/definition";
import { isRecord } from "./base/object";
import type { Phrase } from "./base/values";
import { nearest } from "./nearest";
import { unreadable } from "./unreadable";

/** The parts of a zod schema that lead through it. */
export interface SchemaNode {
    readonly def: {
        readonly type: string;
        readonly innerType?: SchemaNode;
        readonly shape?: Readonly<Record<string, SchemaNode>>;
        readonly element?: SchemaNode;
        readonly entries?: Readonly<Record<string, string>>;
    };
}

/** What was read, with `unreadable` where there was a fault. */
export interface Reading {
    readonly value: unknown;
    readonly faults: readonly Fault[];
}

type Path = readonly (string | number)[];

/** So much of a text is told. */
const MOST_CHARACTERS = 60;

/** Whether a value is one that Pulumi keeps encrypted. */
function isEncrypted(value: unknown): boolean {
    return isRecord(value) && Object.keys(value).join() === "secure";
}

/** A value as a sentence names it: short, and without a password in an address. */
export function describe(value: unknown): string {
    if (value === undefined || value === null) {
        return "nothing";
    }
    if (typeof value === "string") {
        if (/AGE-SECRET-KEY|PRIVATE KEY/i.test(value)) {
            return "a private key";
        }
        const masked = value.replace(/\/\/[^/@\s]*@/, "//***@");
        return masked.length > MOST_CHARACTERS
            ? `${JSON.stringify(masked.slice(0, MOST_CHARACTERS))} and ${masked.length - MOST_CHARACTERS} more characters`
            : JSON.stringify(masked);
    }
    if (Array.isArray(value)) {
        return value.length === 0 ? "an empty list" : "a list";
    }
    if (isRecord(value)) {
        const isEmpty = Object.keys(value).length === 0;
        return isEncrypted(value)
            ? "an encrypted value"
            : isEmpty
              ? "an empty object"
              : "an object";
    }
    if (typeof value === "number") {
        return Number.isFinite(value) ? String(value) : "no number";
    }
    return JSON.stringify(value);
}

/** A path as a user writes it: `nodes[2].address`, `sysctls["vm.max_map_count"]`. */
export function dotted(path: Path): string {
    return path.reduce<string>((text, part) => {
        if (typeof part === "number") {
            return `${text}[${part}]`;
        }
        if (text === "") {
            return part;
        }
        return /^[\w$-]+$/.test(part) ? `${text}.${part}` : `${text}[${JSON.stringify(part)}]`;
    }, "");
}

/** The fault of an unknown key; it names the nearest known one. */
export function unknownKey(path: Path, known: readonly string[]): Fault {
    const near = nearest(String(path.at(-1)), known);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    return { key: dotted(path), found: "an unknown key", allowed: `${known.join(", ")}${hint}` };
}

/** A list of words as a sentence has it: `dev, staging or prod`. */
export function either(words: readonly string[]): string {
    const last = words.at(-1) ?? "";
    return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

const WRAPPERS: ReadonlySet<string> = new Set(["default", "prefault", "optional", "nullable"]);

/** The schema inside its defaults, and the schemas on the way. */
function unwrapped(schema: SchemaNode): { node: SchemaNode; around: readonly SchemaNode[] } {
    const around: SchemaNode[] = [];
    let node = schema;
    while (WRAPPERS.has(node.def.type) && node.def.innerType !== undefined) {
        around.push(node);
        node = node.def.innerType;
    }
    return { node, around };
}

function keysOf(node: SchemaNode): string[] {
    return Object.keys(node.def.shape ?? {});
}

function isOptional(schema: SchemaNode): boolean {
    return unwrapped(schema).around.length > 0;
}

function phraseOf(schema: SchemaNode): Phrase | undefined {
    const { node, around } = unwrapped(schema);
    return [...around, node]
        .map((each) => z.globalRegistry.get(each as unknown as z.ZodType)?.allowed)
        .find((phrase) => phrase !== undefined) as Phrase | undefined;
}

function objectPhrase(node: SchemaNode): string {
    const shape = Object.entries(node.def.shape ?? {});
    const names = (wanted: boolean) =>
        shape.filter(([, child]) => isOptional(child) === wanted).map(([name]) => name);
    const [needed, free] = [names(false), names(true)];
    if (needed.length === 0) {
        return `an object with any of ${free.join(", ")}`;
    }
    return `an object with ${needed.join(", ")}${free.length === 0 ? "" : ` and any of ${free.join(", ")}`}`;
}

/**
 * What is allowed at a place of the schema.
 *
 * @throws Error where the schema gives no phrase: a mistake of ours, which a test finds
 */
export function allowedAt(schema: SchemaNode, found?: unknown): string {
    const phrase = phraseOf(schema);
    if (phrase !== undefined) {
        return typeof phrase === "function" ? phrase(found) : phrase;
    }
    const { node } = unwrapped(schema);
    const { type, element, entries } = node.def;
    if (type === "boolean") {
        return "true or false";
    }
    if (type === "enum") {
        return either(Object.values(entries ?? {}));
    }
    if (type === "object") {
        return objectPhrase(node);
    }
    if (type === "array" && element !== undefined) {
        const isEmptyAllowed = (node as unknown as z.ZodType).safeParse([]).success;
        return `a list${isEmptyAllowed ? "" : " of at least one"}, each ${allowedAt(element)}`;
    }
    throw new Error(`A setting of type ${type} needs a phrase that says what is allowed.`);
}

/** Pulumi writes `3` and `true` as texts where it is told a value at the command line. */
function asWritten(type: string, value: unknown): unknown {
    if (typeof value !== "string") {
        return value;
    }
    if (type === "number" && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value)) {
        return Number(value);
    }
    return type === "boolean" && /^(true|false)$/.test(value) ? value === "true" : value;
}

function fault(schema: SchemaNode, path: Path, value: unknown): Reading {
    const isNumber = unwrapped(schema).node.def.type === "string" && typeof value === "number";
    const found = isNumber ? `the number ${value}` : describe(value);
    const hint = isEncrypted(value)
        ? ", in plain text: only secrets are encrypted, and this must be read to be judged"
        : value === null && isOptional(schema)
          ? ", or no such key"
          : "";
    const allowed = `${allowedAt(schema, value)}${hint}`;
    return { value: unreadable, faults: [{ key: dotted(path), found, allowed }] };
}

/** The keys that are allowed at the top besides those of the schema. */
type AtTop = readonly string[];

function readObject(node: SchemaNode, value: object, path: Path, atTop: AtTop): Reading {
    const shape = node.def.shape ?? {};
    const known = [...keysOf(node), ...atTop];
    const unknown = Object.keys(value)
        .filter((key) => !Object.hasOwn(shape, key))
        .map((key) => unknownKey([...path, key], known));
    const children = Object.entries(shape).map(([key, child]): [string, Reading] => [
        key,
        readAt(
            child,
            Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined,
            [...path, key],
            [],
        ),
    ]);
    return {
        value: Object.fromEntries(
            children.flatMap(([key, { value: read }]) => (read === undefined ? [] : [[key, read]])),
        ),
        faults: [...unknown, ...children.flatMap(([, { faults }]) => faults)],
    };
}

function readList(node: SchemaNode, value: readonly unknown[], path: Path): Reading {
    const { element } = node.def;
    const isShort = value.length === 0 && !(node as unknown as z.ZodType).safeParse([]).success;
    if (element === undefined || isShort) {
        return fault(node, path, value);
    }
    const items = value.map((item, index) => readAt(element, item, [...path, index], []));
    return {
        value: items.map((item) => item.value),
        faults: items.flatMap(({ faults }) => faults),
    };
}

function readAt(schema: SchemaNode, value: unknown, path: Path, atTop: AtTop): Reading {
    const { node } = unwrapped(schema);
    const { type } = node.def;
    if (value === undefined) {
        const absent = (schema as unknown as z.ZodType).safeParse(undefined);
        return absent.success ? { value: absent.data, faults: [] } : fault(schema, path, value);
    }
    if (type === "object" && isRecord(value) && !isEncrypted(value)) {
        return readObject(node, value, path, atTop);
    }
    if (type === "array" && Array.isArray(value)) {
        return readList(node, value, path);
    }
    const parsed = (node as unknown as z.ZodType).safeParse(asWritten(type, value));
    return parsed.success && type !== "object" && type !== "array"
        ? { value: parsed.data, faults: [] }
        : fault(schema, path, value);
}

/**
 * Reads a configuration by its schema.
 *
 * @param atTop keys that are allowed at the top besides those of the schema
 */
export function read(schema: SchemaNode, value: unknown, atTop: AtTop = []): Reading {
    return readAt(schema, value, [], atTop);
}
