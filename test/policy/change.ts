/** Resources with one value changed, for tests of what a criterion misses. */
import { type Inputs, judge, type Resource, type Result } from "./harness";
import type { Criterion } from "../../policy/kernel/criterion";
import { isTree } from "../../policy/kernel/tree";

export type Path = readonly (string | number)[];

/** The path of every value, inner ones included. */
export function pathsOf(value: unknown, path: Path = []): Path[] {
    const children: [string | number, unknown][] = Array.isArray(value)
        ? [...(value as unknown[]).entries()]
        : isTree(value)
          ? Object.entries(value).filter(([, child]) => child !== undefined)
          : [];
    return children.flatMap(([key, child]) => [[...path, key], ...pathsOf(child, [...path, key])]);
}

/** The resource with a value set, or removed when it is undefined. */
export function withValue(resource: Resource, path: Path, value: unknown): Resource {
    const inputs = JSON.parse(JSON.stringify(resource.inputs)) as Inputs;
    const parent = path.slice(0, -1).reduce<Inputs>((tree, key) => {
        tree[key] ??= {};
        return tree[key] as Inputs;
    }, inputs);
    const last = path.at(-1) ?? "";
    if (value !== undefined) {
        parent[last] = value;
    } else if (Array.isArray(parent)) {
        parent.splice(Number(last), 1);
    } else {
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the path says which
        delete parent[last];
    }
    return { ...resource, inputs };
}

/** A stack of named parts, each of which tests replace or leave out. */
export type Parts = Readonly<Record<string, Resource>>;

/** A part by its name. */
export function partOf(parts: Parts, name: string): Resource {
    const found = parts[name];
    if (found === undefined) {
        throw new Error(`The stack has no part ${name}.`);
    }
    return found;
}

/** Tests of one criterion on a stack with which it is content. */
export class Sound {
    constructor(
        private readonly criterion: Criterion,
        private readonly parts: Parts,
    ) {}

    /** Judges the stack with some parts replaced; undefined leaves one out. */
    judge(changes: Readonly<Record<string, Resource | undefined>> = {}): Promise<Result> {
        const stack = Object.values({ ...this.parts, ...changes }).filter(
            (resource) => resource !== undefined,
        );
        return judge(stack, { judgedBy: [this.criterion] });
    }

    /** Judges the stack with one value of one part changed. */
    with(name: string, path: Path, value: unknown): Promise<Result> {
        return this.judge({ [name]: withValue(partOf(this.parts, name), path, value) });
    }

    /** Judges the stack without some parts. */
    without(...names: string[]): Promise<Result> {
        return this.judge(Object.fromEntries(names.map((name) => [name, undefined])));
    }

    /** What is violated, after the criterion's id. */
    async found(result: Promise<Result>): Promise<string[]> {
        return (await result).of(this.criterion.id);
    }

    async verdict(result: Promise<Result>): Promise<string> {
        return (await result).verdict(this.criterion.id).verdict;
    }
}
