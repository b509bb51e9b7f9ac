/**
 * What a `kustomization.yaml` gathers, for upstreams whose manifests are one: its resources, and the
 * images that it replaces. Whatever else it changes is refused by name, so that nothing is left out
 * in silence. Its namespace is the affair of whoever applies the objects. Pure.
 */
import { isRecord, type Manifest } from "./object";

/** One entry below `images` (kustomize v5.8: api/types/image.go). */
interface ImageChange {
    readonly name: string;
    readonly newName?: string;
    readonly newTag?: string;
    readonly digest?: string;
}

/** A kustomization, as far as it is followed. */
export interface Kustomization {
    /** Files and folders, relative to its own folder. */
    readonly resources: readonly string[];
    readonly images: readonly ImageChange[];
}

const FOLLOWED = new Set(["apiVersion", "kind", "metadata", "namespace", "resources", "images"]);
const FILES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** Whether a file is one, by the names that kustomize looks for. */
export function isKustomizationFile(file: string): boolean {
    return FILES.includes(file.split("/").at(-1) ?? "");
}

/** Whether an object of a stream is one: it is for kustomize, and nothing that is applied. */
export function isKustomization({ apiVersion }: Manifest): boolean {
    return apiVersion.startsWith("kustomize.config.k8s.io/");
}

/** Of the transformers, the one that only sets namespaces changes nothing that is not set here. */
function setsOnlyNamespaces(transformers: unknown): boolean {
    return (
        Array.isArray(transformers) &&
        transformers.every(
            (text) => typeof text === "string" && /^kind:\s*NamespaceTransformer\s*$/m.test(text),
        )
    );
}

/**
 * Reads one.
 *
 * @param file its name, for the message
 * @throws Error naming the fields that only kustomize can follow
 */
export function readKustomization(file: string, content: unknown): Kustomization {
    if (!isRecord(content)) {
        throw new Error(`${file} is no kustomization`);
    }
    const unknown = Object.keys(content).filter(
        (field) =>
            !FOLLOWED.has(field) &&
            !(field === "transformers" && setsOnlyNamespaces(content.transformers)),
    );
    if (unknown.length > 0) {
        throw new Error(
            `${file} has ${unknown.join(", ")}, which only kustomize can follow (put what it builds into the mirror)`,
        );
    }
    const { resources = [], images = [] } = content;
    return {
        resources: (resources as unknown[]).map(String),
        images: (images as unknown[]).filter(isRecord) as unknown as ImageChange[],
    };
}

function changed(image: string, changes: readonly ImageChange[]): string {
    // A tag follows the last colon behind the last slash, a digest the @.
    const [, name = image, tail = ""] = /^(.+?)((?::[^:/@]+)?(?:@.+)?)$/.exec(image) ?? [];
    const change = changes.find((candidate) => candidate.name === name);
    if (change === undefined) {
        return image;
    }
    const { newName = name, newTag, digest } = change;
    if (digest !== undefined) {
        return `${newName}@${digest}`;
    }
    return `${newName}${newTag === undefined ? tail : `:${newTag}`}`;
}

function withImages(value: unknown, changes: readonly ImageChange[]): unknown {
    if (Array.isArray(value)) {
        return value.map((item) => withImages(item, changes));
    }
    if (!isRecord(value)) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
            key,
            key === "image" && typeof item === "string"
                ? changed(item, changes)
                : withImages(item, changes),
        ]),
    );
}

/** The objects with the images that a kustomization names. */
export function withKustomizedImages(
    manifests: readonly Manifest[],
    { images }: Kustomization,
): Manifest[] {
    return images.length === 0
        ? [...manifests]
        : manifests.map((manifest) => withImages(manifest, images) as Manifest);
}
