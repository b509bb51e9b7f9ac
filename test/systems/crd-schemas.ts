/** The schemas of CRDs as a validator that also refuses fields the API server would drop. */
import Ajv, { type ValidateFunction } from "ajv";
import type { Manifest } from "../../components/base/object";

interface Definition {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
        readonly name: string;
        readonly schema: { readonly openAPIV3Schema: object };
    }[];
}

/** Patterns are Go's; the few that JavaScript cannot read are not checked. */
function isReadable(pattern: unknown): boolean {
    try {
        new RegExp(String(pattern), "u");
        return true;
    } catch {
        return false;
    }
}

/** What says more of a value beside its structure, which is complete without it. */
const junctors = new Set(["allOf", "anyOf", "oneOf", "not"]);

/** JSON schema of a structural schema: its extensions spelled out, unknown fields refused. */
function strict(schema: unknown, inProperties = false): unknown {
    if (Array.isArray(schema)) {
        return schema.map((item) => strict(item));
    }
    if (typeof schema !== "object" || schema === null) {
        return schema;
    }
    const entries = Object.entries(schema);
    if (inProperties) {
        return Object.fromEntries(entries.map(([key, value]) => [key, strict(value)]));
    }
    const node = schema as Record<string, unknown>;
    if (node["x-kubernetes-int-or-string"] === true) {
        return { type: ["integer", "string"] };
    }
    const rest = Object.fromEntries(
        entries
            .filter(([key]) => !key.startsWith("x-kubernetes-") && key !== "format")
            .filter(([key, value]) => key !== "pattern" || isReadable(value))
            .map(([key, value]) => [
                key,
                junctors.has(key) ? value : strict(value, key === "properties"),
            ]),
    );
    const open =
        node["x-kubernetes-preserve-unknown-fields"] === true || "additionalProperties" in node;
    return "properties" in node && !open ? { ...rest, additionalProperties: false } : rest;
}

/** What every object has, whether its CRD says so or not (apiextensions: structural schemas). */
function asObject(schema: object): object {
    const own = "properties" in schema ? (schema.properties as object) : {};
    const always = { apiVersion: { type: "string" }, kind: { type: "string" } };
    return { ...schema, properties: { ...always, metadata: { type: "object" }, ...own } };
}

/** Validates custom resources by their CRDs. */
export class CrdSchemas {
    private readonly schemas = new Map<string, object>();
    private readonly validators = new Map<string, ValidateFunction>();

    constructor(definitions: readonly Manifest[]) {
        for (const { spec } of definitions) {
            const { group, names, versions } = spec as Definition;
            for (const { name, schema } of versions) {
                this.schemas.set(
                    `${group}/${name}/${names.kind}`,
                    asObject(schema.openAPIV3Schema),
                );
            }
        }
    }

    /** The faults of a custom resource, or undefined when no schema knows its kind. */
    faults({ apiVersion, kind, metadata, ...body }: Manifest): string[] | undefined {
        const validate = this.validator(`${apiVersion}/${kind}`);
        if (validate === undefined) {
            return undefined;
        }
        validate({ apiVersion, kind, metadata: {}, ...body });
        return (validate.errors ?? []).map(
            ({ instancePath, message, params }) =>
                `${kind}/${metadata.name ?? ""} ${instancePath}: ${message ?? ""} ${JSON.stringify(params)}`,
        );
    }

    private validator(key: string): ValidateFunction | undefined {
        const schema = this.schemas.get(key);
        if (schema !== undefined && !this.validators.has(key)) {
            const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
            this.validators.set(key, ajv.compile(strict(schema) as object));
        }
        return this.validators.get(key);
    }
}
