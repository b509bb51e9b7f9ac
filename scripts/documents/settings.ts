/** The tables of docs/settings.md, from the schema and the definitions. Pure. */
import { z } from "zod";
import { configurationSchema } from "../../components/settings";
import type { Profile } from "../../components/site-schema";
import { secretDescriptions, systems } from "../../components/systems";
import { table } from "./tables";

/** The parts of JSON Schema that the tables need. */
interface Schema {
    readonly type?: string;
    readonly description?: string;
    readonly default?: unknown;
    readonly enum?: readonly unknown[];
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly items?: Schema;
    readonly required?: readonly string[];
}

/** One key of the configuration. */
export interface KeyRow {
    /** Path as a user writes it, `[]` for entries of a list. */
    readonly key: string;
    readonly meaning: string;
    /** `required`, a default as JSON, or nothing. */
    readonly fallback: string;
}

function fallbackOf(schema: Schema, isRequired: boolean): string {
    if (isRequired) {
        return "required";
    }
    // An object's own default says nothing that its keys do not say.
    return schema.default === undefined || schema.properties !== undefined
        ? ""
        : `\`${JSON.stringify(schema.default)}\``;
}

function meaningOf(schema: Schema): string {
    const values = schema.enum?.map((value) => `\`${String(value)}\``).join(", ");
    const meaning = schema.description ?? "";
    return values === undefined || schema.enum?.every((value) => meaning.includes(String(value)))
        ? meaning
        : `${meaning} (${values})`;
}

function rowsOf(schema: Schema, prefix: string): KeyRow[] {
    return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
        const isList = property.items?.properties !== undefined;
        const key = `${prefix}${name}${isList ? "[]" : ""}`;
        const row: KeyRow = {
            key,
            meaning: meaningOf(property),
            fallback: fallbackOf(property, schema.required?.includes(name) === true),
        };
        return [row, ...rowsOf(isList ? (property.items ?? {}) : property, `${key}.`)];
    });
}

/** Every key of the configuration. */
export function keyRows(): KeyRow[] {
    const schema = z.toJSONSchema(configurationSchema, {
        io: "input",
        unrepresentable: "any",
    }) as Schema;
    return rowsOf(schema, "");
}

function toTable(rows: readonly KeyRow[]): string {
    return table(
        ["key", "meaning", "default"],
        rows.map(({ key, meaning, fallback }) => [`\`${key}\``, meaning, fallback]),
    );
}

/** The table of the site's keys. */
export function siteTable(): string {
    return toTable(keyRows().filter(({ key }) => !key.startsWith("systems")));
}

/** The table of what systems can be told, `enabled` apart. */
export function systemSettingsTable(): string {
    return toTable(
        keyRows().filter(
            ({ key }) => /^systems\.[^.]+\./.test(key) && !/^systems\.[^.]+\.enabled$/.test(key),
        ),
    );
}

const PROFILES: readonly Profile[] = ["dev", "staging", "prod"];

/** The table of the systems: what each is for, what it needs, and where it is off. */
export function systemsTable(): string {
    return table(
        ["system", "what it is for", "needs", "off unless asked for"],
        systems.map(({ name, purpose, needs, offIn, offUnlessNeeded }) => [
            `\`${name}\``,
            purpose,
            needs.map((need) => `\`${need.name}\``).join(", "),
            [
                ...PROFILES.flatMap((profile) => {
                    const reason = offIn[profile];
                    return reason === undefined ? [] : [`${profile}: ${reason}`];
                }),
                ...(offUnlessNeeded ? ["everywhere: unless a system that is on needs it"] : []),
            ].join("; "),
        ]),
    );
}

/** The table of the secrets. */
export function secretsTable(): string {
    return table(
        ["key", "meaning"],
        Object.entries(secretDescriptions).map(([key, meaning]) => [`\`${key}\``, meaning]),
    );
}
