/**
 * What Talos' own JSON schema says of a document of a machine configuration, with the sentences of
 * this project. Only the keywords that the schema uses are known here; a test keeps it so. Pure, but
 * for reading the schema when it is first needed.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Fault } from "../base/definition";
import { isRecord } from "../base/object";
import { describe, dotted, either, unknownKey } from "../configuration-faults";

/** A part of the schema: the keywords that it uses. */
export interface TalosSchema {
    readonly $ref?: string;
    readonly type?: string;
    readonly properties?: Readonly<Record<string, TalosSchema>>;
    readonly patternProperties?: Readonly<Record<string, TalosSchema>>;
    readonly additionalProperties?: boolean | TalosSchema;
    readonly required?: readonly string[];
    readonly items?: TalosSchema;
    readonly enum?: readonly (string | number | boolean)[];
    readonly pattern?: string;
    readonly oneOf?: readonly TalosSchema[];
}

type Path = readonly (string | number)[];

/**
 * File of the schema; where it comes from is in the file of its license beside it. One definition is
 * mended: upstream generates an object without fields for `v1alpha1.Endpoint`, which Talos reads from
 * a text such as `tcp://127.0.0.1:5170` (v1alpha1_types.go, Endpoint.UnmarshalYAML).
 */
export const talosSchemaFile = path.join(__dirname, "talos-config-v1.13.schema.json");

let definitions: Readonly<Record<string, TalosSchema>> | undefined;

function schemas(): Readonly<Record<string, TalosSchema>> {
    definitions ??= (
        JSON.parse(fs.readFileSync(talosSchemaFile, "utf8")) as {
            $defs: Readonly<Record<string, TalosSchema>>;
        }
    ).$defs;
    return definitions;
}

function resolved(schema: TalosSchema): TalosSchema {
    return schema.$ref === undefined
        ? schema
        : (schemas()[schema.$ref.replace("#/$defs/", "")] ?? {});
}

/** The schema of the main document, the only one without a kind. */
export function mainSchema(): TalosSchema {
    return schemas()["v1alpha1.Config"] ?? {};
}

/** The schemas of all other documents, by kind. */
export function kindSchemas(): ReadonlyMap<string, TalosSchema> {
    return new Map(
        Object.values(schemas()).flatMap((schema) => {
            const kind = schema.properties?.kind?.enum?.[0];
            return typeof kind === "string" ? [[kind, schema] as const] : [];
        }),
    );
}

/** What a value is, without the value: patches may hold keys and tokens. */
export function kindOf(value: unknown): string {
    if (typeof value === "string") {
        return value === "" ? "an empty text" : "a text";
    }
    return typeof value === "number" ? `the number ${value}` : describe(value);
}

const DURATION = /\[nu.m\]\?s/;

function patternPhrase(pattern: string): string {
    if (DURATION.test(pattern)) {
        return "a duration such as 10s";
    }
    if (pattern.includes("\\d{1,3}$")) {
        return "a network such as 10.9.0.0/16";
    }
    if (pattern.startsWith("^[0-9a-f.:]+$")) {
        return "an IP address";
    }
    return /^\^\(?[a-z|]+\)?:\/\//.test(pattern)
        ? `an address that begins with ${either(pattern.replace(/[()^]|:\/\//g, "").split("|"))}://`
        : `a text of the form ${pattern}`;
}

function phrase(schema: TalosSchema): string {
    if (schema.enum !== undefined) {
        return either(schema.enum.map(String));
    }
    if (schema.oneOf !== undefined) {
        return either(schema.oneOf.map((each) => phrase(resolved(each))));
    }
    if (schema.pattern !== undefined) {
        return patternPhrase(schema.pattern);
    }
    const names: Readonly<Record<string, string>> = {
        string: "a text",
        integer: "a whole number",
        boolean: "true or false",
        array: "a list",
        object: `an object${schema.properties === undefined ? "" : ` with any of ${Object.keys(schema.properties).join(", ")}`}`,
    };
    return names[schema.type ?? ""] ?? "another value";
}

/** Talos reads YAML, where a number or a switch may stand for a text. */
function isText(value: unknown): value is string | number | boolean {
    return ["string", "number", "boolean"].includes(typeof value);
}

function hasType(value: unknown, type: string | undefined): boolean {
    switch (type) {
        case "string":
            return isText(value);
        case "integer":
            return Number.isInteger(value);
        case "boolean":
            return typeof value === "boolean";
        case "array":
            return Array.isArray(value);
        case "object":
            return isRecord(value);
        default:
            return true;
    }
}

/** Whether an object takes its place out of the configuration: a directive of Talos' patches. */
export function isDeletion(value: unknown): boolean {
    return isRecord(value) && value.$patch === "delete";
}

function childOf(schema: TalosSchema, key: string): TalosSchema | undefined {
    const { properties = {}, patternProperties = {}, additionalProperties } = schema;
    if (Object.hasOwn(properties, key)) {
        return properties[key];
    }
    const matching = Object.entries(patternProperties).find(([pattern]) =>
        new RegExp(pattern).test(key),
    );
    if (matching !== undefined) {
        return matching[1];
    }
    return additionalProperties === false
        ? undefined
        : typeof additionalProperties === "object"
          ? additionalProperties
          : {};
}

function objectFaults(
    schema: TalosSchema,
    value: Readonly<Record<string, unknown>>,
    path: Path,
): Fault[] {
    const missing = (isDeletion(value) ? [] : (schema.required ?? []))
        .filter((key) => !Object.hasOwn(value, key))
        .map((key) => ({
            key: dotted([...path, key]),
            found: "nothing",
            allowed: phrase(resolved(schema.properties?.[key] ?? {})),
        }));
    const own = Object.keys(value)
        .filter((key) => key !== "$patch")
        .flatMap((key) => {
            const child = childOf(schema, key);
            return child === undefined
                ? [unknownKey([...path, key], Object.keys(schema.properties ?? {}))]
                : schemaFaults(child, value[key], [...path, key]);
        });
    return [...missing, ...own, ...directiveFaults(value, path)];
}

function directiveFaults(value: Readonly<Record<string, unknown>>, path: Path): Fault[] {
    return Object.hasOwn(value, "$patch") && !isDeletion(value)
        ? [
              {
                  key: dotted([...path, "$patch"]),
                  found: kindOf(value.$patch),
                  allowed: "delete, the only directive of Talos",
              },
          ]
        : [];
}

/** What the schema does not allow of a value. */
export function schemaFaults(schema: TalosSchema, value: unknown, path: Path): Fault[] {
    const own = resolved(schema);
    if (own.oneOf !== undefined) {
        const fits = own.oneOf.some((each) => schemaFaults(each, value, path).length === 0);
        return fits ? [] : [{ key: dotted(path), found: kindOf(value), allowed: phrase(own) }];
    }
    const isAllowed =
        hasType(value, own.type) &&
        (own.enum?.includes(value as string) ?? true) &&
        (own.pattern === undefined ||
            (isText(value) && new RegExp(own.pattern).test(String(value))));
    // Any entry of a map may be taken out, whatever it holds.
    if (!isAllowed) {
        return isDeletion(value)
            ? []
            : [{ key: dotted(path), found: kindOf(value), allowed: phrase(own) }];
    }
    if (Array.isArray(value)) {
        return value.flatMap((item, index) =>
            schemaFaults(own.items ?? {}, item, [...path, index]),
        );
    }
    return isRecord(value) ? objectFaults(own, value, path) : [];
}
