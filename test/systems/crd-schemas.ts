/** The schemas of CRDs as a validator that also refuses fields the API server would drop. */
import * as fs from "node:fs";
import * as path from "node:path";
import Ajv from "ajv";
import type { Manifest } from "../../../components/base/object";
import { parseManifests } from "../../../components/base/manifest-parser";

interface Definition {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
        readonly name: string;
        readonly schema: { readonly openAPIV3Schema: object };
    }[];
}

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
            .map(([key, value]) => [key, strict(value, key === "properties")]),
    );
    const open =
        node["x-kubernetes-preserve-unknown-fields"] === true || "additionalProperties" in node;
    return "properties" in node && !open ? { ...rest, additionalProperties: false } : rest;
}

/** Validates custom resources by the CRDs of a folder. */
export class CrdSchemas {
    private readonly schemas = new Map<string, object>();

    constructor(folder: string, files: readonly string[]) {
        for (const file of files) {
            for (const { spec } of parseManifests(
                fs.readFileSync(path.join(folder, file), "utf8"),
            )) {
                const { group, names, versions } = spec as Definition;
                for (const { name, schema } of versions) {
                    this.schemas.set(`${group}/${name}/${names.kind}`, schema.openAPIV3Schema);
                }
            }
        }
    }

    /** The faults of a custom resource, or undefined when no schema knows its kind. */
    faults({ apiVersion, kind, metadata, ...body }: Manifest): string[] | undefined {
        const schema = this.schemas.get(`${apiVersion}/${kind}`);
        if (schema === undefined) {
            return undefined;
        }
        const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
        const validate = ajv.compile(strict(schema) as object);
        validate({ apiVersion, kind, metadata: {}, ...body });
        return (validate.errors ?? []).map(
            ({ instancePath, message, params }) =>
                `${kind}/${metadata.name ?? ""} ${instancePath}: ${message ?? ""} ${JSON.stringify(params)}`,
        );
    }
}
