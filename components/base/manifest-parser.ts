/**
 * Reads YAML the way Kubernetes does. Charts are written for go-yaml, which follows YAML 1.1 where
 * it matters: `0440` is octal, `yes` and `on` are booleans. js-yaml follows YAML 1.2, so the two
 * types are declared anew here; a file mode read as decimal would be a different mode.
 */
import * as yaml from "js-yaml";
import type { Manifest } from "./object";

const INTEGER = /^[-+]?(?:0|[1-9][0-9]*|0o?[0-7]+|0x[0-9a-fA-F]+|0b[01]+)$/;

function toInteger(text: string): number {
    const digits = text.replace(/^[-+]/, "");
    const magnitude = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
    return text.startsWith("-") ? -magnitude : magnitude;
}

const integer = new yaml.Type("tag:yaml.org,2002:int", {
    kind: "scalar",
    resolve: (text: unknown) => typeof text === "string" && INTEGER.test(text),
    construct: toInteger,
});

const TRUE = /^(?:true|True|TRUE|yes|Yes|YES|on|On|ON)$/;
const FALSE = /^(?:false|False|FALSE|no|No|NO|off|Off|OFF)$/;

const boolean = new yaml.Type("tag:yaml.org,2002:bool", {
    kind: "scalar",
    resolve: (text: unknown) => typeof text === "string" && (TRUE.test(text) || FALSE.test(text)),
    construct: (text: string) => TRUE.test(text),
});

/** `<<`, which js-yaml's core schema leaves out. */
const merge = new yaml.Type("tag:yaml.org,2002:merge", {
    kind: "scalar",
    resolve: (text: unknown) => text === "<<",
});

/** No timestamps: JSON has no dates, so for Kubernetes they stay the text they are. */
const schema = yaml.CORE_SCHEMA.extend({ implicit: [integer, boolean, merge] });

function isManifest(document: unknown): document is Manifest {
    return typeof document === "object" && document !== null && "kind" in document;
}

/** The openAPIV3Schema without its `description` texts: they are most of a CRD's bytes. */
function withoutDescriptions(value: unknown, inProperties = false): unknown {
    if (Array.isArray(value)) {
        return value.map((item) => withoutDescriptions(item));
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value)
            // A property that is itself called `description` is a schema, not a text.
            .filter(
                ([key, item]) => inProperties || key !== "description" || typeof item !== "string",
            )
            .map(([key, item]) => [key, withoutDescriptions(item, key === "properties")]),
    );
}

function slim(manifest: Manifest): Manifest {
    return manifest.kind === "CustomResourceDefinition"
        ? { ...manifest, spec: withoutDescriptions(manifest.spec) }
        : manifest;
}

/**
 * All objects of a YAML stream, the items of `List` kinds unpacked, empty documents left out and
 * the descriptions of CRD schemas dropped.
 *
 * @throws YAMLException when the text is not YAML
 */
export function parseManifests(text: string): Manifest[] {
    return yaml
        .loadAll(text, undefined, { schema, json: true })
        .filter(isManifest)
        .flatMap((document) =>
            document.kind === "List" ? (document.items as Manifest[]) : [document],
        )
        .map(slim);
}
