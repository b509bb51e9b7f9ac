/**
 * The contents of CRDs, by their digest, and their outlines. The program writes them while it registers, and whoever
 * needs a schema reads it here: the provider that applies it, a rehearsal, a criterion. Pure of
 * Pulumi.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { cachePath, markUsed, writeCacheFile } from "./cache-folder";
import type { Manifest } from "./object";

/** A CRD as it is registered: its outline, and where its content is. */
export interface RegisteredCrd extends Manifest {
    /** sha256 of the content, in hexadecimal. */
    readonly digest: string;
}

/** Raised for a content that is not there, with a sentence for the user. */
export class MissingContentError extends Error {}

/** Where the content of a digest lies. */
export function contentFile(digest: string): string {
    return cachePath("crds", `${digest}.json`);
}

function digestOfText(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}

/** The digest of a CRD: sha256, in hexadecimal, of its JSON. */
export function digestOf(crd: Manifest): string {
    return digestOfText(JSON.stringify(crd));
}

/**
 * Keeps the content of a CRD for whoever comes with its digest.
 *
 * @returns the digest
 * @throws RunError with one sentence when the cache cannot be written
 */
export function keepContent(crd: Manifest): string {
    const text = JSON.stringify(crd);
    const digest = digestOfText(text);
    const file = contentFile(digest);
    if (fs.existsSync(file)) {
        markUsed(file);
    } else {
        writeCacheFile(file, text);
    }
    return digest;
}

/** The content of a digest; undefined when this machine does not have it. */
export function findContent(digest: string): Manifest | undefined {
    const file = contentFile(digest);
    if (!fs.existsSync(file)) {
        return undefined;
    }
    const text = fs.readFileSync(file, "utf8");
    // What was damaged on the disk is as good as missing; the next run of the program writes it.
    if (digestOfText(text) !== digest) {
        fs.rmSync(file, { force: true });
        return undefined;
    }
    return JSON.parse(text) as Manifest;
}

/**
 * The content of a digest.
 *
 * @param name of the CRD, for the message
 * @throws MissingContentError with one sentence when this machine does not have it
 */
export function readContent(digest: string, name: string): Manifest {
    const content = findContent(digest);
    if (content === undefined) {
        throw new MissingContentError(
            `The content of the CRD ${name} is not in ${contentFile(digest)}, ` +
                "where the program puts it: run the program again on this machine.",
        );
    }
    return content;
}

/** The part of a CRD that is registered: all but the schemas. */
interface Spec {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions?: readonly {
        readonly name: string;
        readonly served: boolean;
        readonly storage: boolean;
    }[];
    /** Whom the API server asks to convert; criteria look for that Service. */
    readonly conversion?: unknown;
}

/**
 * A CRD by what the program and its criteria ask of it: names, scope, versions, and who converts.
 * Schemas are nine tenths of it, and nobody reads them here.
 */
export function outlineOf({ apiVersion, kind, metadata, spec }: Manifest): Manifest {
    const { group, scope, names, versions = [], conversion } = spec as Spec;
    const { name, labels, annotations } = metadata;
    return {
        apiVersion,
        kind,
        metadata: { name, labels, annotations },
        spec: {
            group,
            scope,
            names: { kind: names.kind, plural: names.plural },
            versions: versions.map((version) => ({
                name: version.name,
                served: version.served,
                storage: version.storage,
            })),
            conversion,
        },
    };
}
