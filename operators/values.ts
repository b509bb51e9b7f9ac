/** Reading plain JSON: what a field holds, and an empty value where it holds nothing of the kind. */
import * as yaml from "js-yaml";
import type { Labels, Resource, Tree } from "./behaviour";

function at(tree: unknown, path: readonly string[]): unknown {
    return path.reduce<unknown>((value, field) => (isTree(value) ? value[field] : undefined), tree);
}

/** Whether a value is an object with keys. */
export function isTree(value: unknown): value is Tree {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object at a path; empty where there is none. */
export function treeAt(tree: unknown, ...path: string[]): Tree {
    const value = at(tree, path);
    return isTree(value) ? value : {};
}

/** The objects in the list at a path. */
export function treesAt(tree: unknown, ...path: string[]): readonly Tree[] {
    return listAt(tree, ...path).filter(isTree);
}

/** The object in a text of YAML; empty where it is none. */
export function yamlIn(text: string | undefined): Tree {
    const value: unknown = yaml.load(text ?? "");
    return isTree(value) ? value : {};
}

/** The list at a path; empty where there is none. */
export function listAt(tree: unknown, ...path: string[]): readonly unknown[] {
    const value = at(tree, path);
    return Array.isArray(value) ? value : [];
}

/** The text at a path, unless it is empty: operators take an empty text for none. */
export function textAt(tree: unknown, ...path: string[]): string | undefined {
    const value = at(tree, path);
    return typeof value === "string" && value !== "" ? value : undefined;
}

/** The number at a path, or what the operator takes where there is none. */
export function numberAt(fallback: number, tree: unknown, ...path: string[]): number {
    const value = Number(at(tree, path) ?? fallback);
    return Number.isFinite(value) ? value : fallback;
}

/** The text values of the map at a path, such as labels. */
export function labelsAt(tree: unknown, ...path: string[]): Labels {
    return Object.fromEntries(
        Object.entries(treeAt(tree, ...path)).filter(
            (entry): entry is [string, string] => typeof entry[1] === "string",
        ),
    );
}

/** The fields that are neither absent nor empty text. */
export function present(fields: Tree): Tree {
    return Object.fromEntries(
        Object.entries(fields).filter(
            ([, value]) => value !== undefined && value !== null && value !== "",
        ),
    );
}

/** The namespace of a resource; that of an object that names none. */
export function namespaceOf({ metadata }: Resource): string {
    return metadata.namespace ?? "default";
}
