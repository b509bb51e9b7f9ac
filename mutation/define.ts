/** What a mutation is, and short ways to write one. */
import { isObjectType } from "../components/base/object";
import type { Inputs, StackResource } from "../preview/recorded-stack";
import type { Difference } from "./judge";

/** A mutant of one resource. */
export interface Mutant {
    /** The resource that is changed, removed or added. */
    readonly resource: StackResource;
    readonly difference: Difference;
}

/** One property of the stack, weakened. */
export interface Mutation {
    readonly id: string;
    /** What is done to the resource, in a few words. */
    readonly change: string;
    /** The criterion that is about the property. */
    readonly expected: string;
    /** Every mutant that the stack allows. */
    readonly mutants: (stack: readonly StackResource[]) => Mutant[];
}

type Headline = readonly [id: string, expected: string, change: string];
type Edit = (inputs: Inputs) => void;

/** The tree at a path; an empty one, connected to nothing, where there is none. */
export function at(tree: unknown, ...path: (string | number)[]): Inputs {
    const found = path.reduce<unknown>(
        (value, key) =>
            typeof value === "object" && value !== null
                ? (value as Record<string | number, unknown>)[key]
                : undefined,
        tree,
    );
    return typeof found === "object" && found !== null ? (found as Inputs) : {};
}

/** The list at a path, each element a tree. */
export function list(tree: unknown, ...path: (string | number)[]): Inputs[] {
    const found = at(tree, ...path);
    return Array.isArray(found) ? (found as Inputs[]) : [];
}

/** Removes a key. */
export function drop(tree: Inputs, key: string): void {
    Reflect.deleteProperty(tree, key);
}

/** Whether a resource is an object of one of the kinds, each `Kind` or `group/Kind`. */
export function isKind({ type, inputs }: StackResource, ...kinds: string[]): boolean {
    if (!isObjectType(type)) {
        return false;
    }
    const group = String(inputs.apiVersion).split("/").slice(0, -1).join("/");
    return kinds.some((kind) =>
        kind.includes("/") ? kind === `${group}/${String(inputs.kind)}` : kind === inputs.kind,
    );
}

/** The resource with its inputs changed, or undefined when the change changes nothing. */
function edited(resource: StackResource, edit: Edit): StackResource | undefined {
    const inputs = structuredClone(resource.inputs);
    edit(inputs);
    return JSON.stringify(inputs) === JSON.stringify(resource.inputs)
        ? undefined
        : { ...resource, inputs };
}

function toMutants(resources: readonly StackResource[]): Mutant[] {
    return resources.map((resource) => ({
        resource,
        difference: { changed: [resource], removed: [] },
    }));
}

/** One mutant of several resources, called after the first; none of no resource. */
function together(changed: readonly StackResource[]): Mutant[] {
    return changed
        .slice(0, 1)
        .map((resource) => ({ resource, difference: { changed, removed: [] } }));
}

/** Changes the inputs of every resource that a filter finds. */
export function change(
    [id, expected, text]: Headline,
    filter: (resource: StackResource) => boolean,
    edit: Edit,
): Mutation {
    return {
        id,
        expected,
        change: text,
        mutants: (stack) =>
            toMutants(stack.filter(filter).flatMap((resource) => edited(resource, edit) ?? [])),
    };
}

/** Changes all resources that a filter finds at once: for what one of them is enough to keep. */
export function changeTogether(
    [id, expected, text]: Headline,
    filter: (resource: StackResource) => boolean,
    edit: Edit,
): Mutation {
    return {
        id,
        expected,
        change: text,
        mutants: (stack) => {
            const changed = stack
                .filter(filter)
                .flatMap((resource) => edited(resource, edit) ?? []);
            return together(changed);
        },
    };
}

/** Changes something besides the inputs: options, dependencies, the parent. */
export function rewire(
    [id, expected, text]: Headline,
    filter: (resource: StackResource) => boolean,
    edit: (resource: StackResource, stack: readonly StackResource[]) => StackResource,
): Mutation {
    return {
        id,
        expected,
        change: text,
        mutants: (stack) =>
            toMutants(stack.filter(filter).map((resource) => edit(resource, stack))),
    };
}

/** Removes a resource. */
export function remove(
    [id, expected, text]: Headline,
    filter: (resource: StackResource) => boolean,
): Mutation {
    return {
        id,
        expected,
        change: text,
        mutants: (stack) =>
            stack.filter(filter).map((resource) => ({
                resource,
                difference: { changed: [], removed: [resource.urn] },
            })),
    };
}

/** Adds Kubernetes objects beside another resource, made from it. */
export function add(
    [id, expected, text]: Headline,
    filter: (resource: StackResource) => boolean,
    make: (resource: StackResource) => Inputs | readonly Inputs[],
): Mutation {
    const toAdded = (beside: StackResource, inputs: Inputs, index: number): StackResource => {
        const version = String(inputs.apiVersion);
        const group = version.includes("/") ? version : `core/${version}`;
        const type = `kubernetes:${group}:${String(inputs.kind)}`;
        const name = `added:${id}:${beside.name}:${index}`;
        const dependencies = [beside.urn];
        const urn = `${beside.urn}:${name}`;
        return { urn, type, name, parent: beside.parent, inputs, protect: false, dependencies };
    };
    return {
        id,
        expected,
        change: text,
        mutants: (stack) =>
            stack.filter(filter).flatMap((beside) => {
                const changed = [make(beside)]
                    .flat()
                    .map((inputs, index) => toAdded(beside, inputs, index));
                return together(changed);
            }),
    };
}

const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
    Deployment: ["spec", "template"],
    StatefulSet: ["spec", "template"],
    DaemonSet: ["spec", "template"],
    Job: ["spec", "template"],
    CronJob: ["spec", "jobTemplate", "spec", "template"],
};

/** Whether a resource has a pod template. */
export function hasPods(resource: StackResource): boolean {
    return isKind(resource, ...Object.keys(TEMPLATES));
}

/** The pod spec in the inputs of a workload. */
export function podSpecOf(inputs: Inputs): Inputs {
    return at(inputs, ...(TEMPLATES[String(inputs.kind)] ?? []), "spec");
}

/** Changes the pod spec of workloads of the given kinds; default: all. */
export function changePod(headline: Headline, edit: Edit, ...kinds: string[]): Mutation {
    const filter = (resource: StackResource) =>
        kinds.length === 0 ? hasPods(resource) : isKind(resource, ...kinds);
    return change(headline, filter, (inputs) => {
        edit(podSpecOf(inputs));
    });
}

/** Changes the first container of workloads of the given kinds; default: all. */
export function changeContainer(headline: Headline, edit: Edit, ...kinds: string[]): Mutation {
    return changePod(
        headline,
        (pod) => {
            const [container] = list(pod, "containers");
            if (container !== undefined) {
                edit(container);
            }
        },
        ...kinds,
    );
}
