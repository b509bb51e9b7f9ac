/**
 * Applications of Argo CD as they will be: what an ApplicationSet makes is known where its elements
 * are listed (argo-cd v3.4.4: pkg/apis/application/v1alpha1, applicationset/generators/list.go).
 */
import type { Fact, Facts } from "../../kernel/facts";
import {
    isTree,
    isUnknown,
    read,
    readList,
    readString,
    readTree,
    type Tree,
} from "../../kernel/tree";

export const ARGO = "argoproj.io";

/** Where metadata and specification of an application stand, by kind. */
const PATHS = {
    Application: [],
    ApplicationSet: ["spec", "template"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** An Application or an ApplicationSet, with the path to what it makes. */
export interface Declared {
    readonly fact: Fact;
    readonly name: string;
    readonly path: readonly string[];
}

/** All that is declared. */
export function declaredApplications(facts: Facts): Declared[] {
    return Object.entries(PATHS).flatMap(([kind, path]) =>
        facts.objects(ARGO, kind).map((fact) => ({ fact, name: fact.object.name, path })),
    );
}

/** The sources of an application; one that is not known is undefined. */
export function sourcesOf({ fact, path }: Declared): readonly (Tree | undefined)[] {
    const single = read(fact.inputs, [...path, "spec", "source"]);
    const several = read(fact.inputs, [...path, "spec", "sources"]);
    const known = [
        ...(single.state === "known" ? [single.value] : []),
        ...readList(fact.inputs, ...path, "spec", "sources"),
    ].map((source) => (isTree(source) && !isUnknown(source) ? source : undefined));
    return [single, several].some(({ state }) => state === "unknown")
        ? [...known, undefined]
        : known;
}

/**
 * The parameters of each application of a set, or undefined where a generator finds them only in the
 * cluster or in Git. An Application has none, once.
 */
export function parametersOf({ fact, path }: Declared): readonly Tree[] | undefined {
    if (path.length === 0) {
        return [{}];
    }
    const generators = read(fact.inputs, ["spec", "generators"]);
    if (generators.state !== "known") {
        return generators.state === "absent" ? [] : undefined;
    }
    const lists = readList(fact.inputs, "spec", "generators").map((generator) => {
        const elements = read(generator, ["list", "elements"]);
        return elements.state === "known" && Array.isArray(elements.value)
            ? (elements.value as unknown[])
            : undefined;
    });
    const all = lists.flatMap((elements) => elements ?? [undefined]);
    const known = all.filter(isTree);
    return known.length === all.length ? known : undefined;
}

const EXPRESSION = /\{\{\s*-?\s*\.?([\w.-]+?)\s*-?\s*\}\}/g;

/** A text with its parameters filled in; undefined where one of them is not known. */
export function filledIn(text: string, parameters: Tree | undefined): string | undefined {
    const filled = text.replace(EXPRESSION, (expression, name: string) => {
        const value = parameters && readString(parameters, ...name.split("."));
        return value ?? readString(parameters, `values.${name}`) ?? expression;
    });
    return filled.includes("{{") ? undefined : filled;
}

/** The values of a field for every application that is made; undefined for one that is not known. */
export function valuesOf(
    declared: Declared,
    ...field: readonly string[]
): readonly (string | undefined)[] {
    const reading = read(declared.fact.inputs, [...declared.path, ...field]);
    if (reading.state === "absent") {
        return [];
    }
    const { value } = reading.state === "known" ? reading : { value: undefined };
    if (typeof value !== "string") {
        return [undefined];
    }
    return value.includes("{{")
        ? (parametersOf(declared)?.map((parameters) => filledIn(value, parameters)) ?? [undefined])
        : [value];
}

/** Labels of the applications. */
export function labelsOf({ fact, path }: Declared): Tree {
    return readTree(fact.inputs, ...path, "metadata", "labels");
}

/**
 * A pattern for names of objects of the cluster, as Go's `filepath.Match` reads it: `*` and `?` stop
 * at a slash, `[a-c]` and `[^a]` are sets of letters, a backslash takes a letter as it is. One that
 * cannot be read matches nothing.
 */
export function matchesName(pattern: string, name: string): boolean {
    const parts = pattern.match(/\\.|\[\^?(?:\\.|[^\]\\])+\]|[^\\[]/gs) ?? [];
    if (parts.join("") !== pattern) {
        return false;
    }
    const expression = parts.map((part) =>
        part === "*"
            ? "[^/]*"
            : part === "?"
              ? "[^/]"
              : part.length > 1 && part.startsWith("[")
                ? part
                : (part.at(-1) ?? "").replace(/[.+^${}()|[\]\\*?]/g, "\\$&"),
    );
    try {
        return new RegExp(`^${expression.join("")}$`, "s").test(name);
    } catch {
        return false;
    }
}

/** A pattern of Argo CD: `*` and `?` stand for letters (util/glob). */
export function matchesGlob(pattern: string, text: string): boolean {
    const expression = pattern
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replace(/\*+/g, ".*")
        .replace(/\?/g, ".");
    return new RegExp(`^${expression}$`).test(text);
}
