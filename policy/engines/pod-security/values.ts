/**
 * Reading a pod the way the API server's decoder would, with one difference: a value of the wrong
 * kind is not an error here, it is a value that no rule allows.
 *
 * Facts about absence follow from decoding JSON into the types of `k8s.io/api/core/v1`: `null` is
 * the same as unset, and a `null` element of a list is the element's zero value.
 */
import { unknownArrayValue } from "@pulumi/policy/proxy";
import { isTree, isUnknown, type Reading } from "../../kernel/tree";

/** Stands for anything below a value that should have been an object or a list and is not. */
export const MALFORMED = Symbol("malformed");

/** A part of the pod to judge, and how messages name it. */
export interface PodPart {
    /** The owner: `the pod`, `container "web"` ... */
    readonly name: string;
    /** The path from the owner to `tree`, empty for the owner itself. */
    readonly prefix: string;
    readonly tree: unknown;
}

/** A pod, split into the places that the checks judge. */
export interface JudgedPod {
    readonly spec: PodPart;
    readonly metadata: PodPart;
    /** Init, main and ephemeral containers: the standards treat them alike. */
    readonly containers: readonly PodPart[];
    readonly volumes: readonly PodPart[];
}

/** Reads a path; what lies below a value that is no object is known to be malformed. */
export function look(tree: unknown, ...path: readonly string[]): Reading {
    let value = tree;
    for (const part of path) {
        if (isUnknown(value) || value === undefined || value === null) {
            break;
        }
        value = isTree(value) ? value[part] : MALFORMED;
    }
    if (isUnknown(value)) {
        return { state: "unknown" };
    }
    return value === undefined || value === null ? { state: "absent" } : { state: "known", value };
}

/**
 * The elements of a list. An unknown or malformed list counts as one element that is unknown or
 * malformed, so that whatever judges the elements also judges the list.
 */
export function elements(tree: unknown, ...path: readonly string[]): readonly unknown[] {
    const reading = look(tree, ...path);
    switch (reading.state) {
        case "absent":
            return [];
        case "unknown":
            return [unknownArrayValue];
        case "known":
            return Array.isArray(reading.value) ? (reading.value as unknown[]) : [MALFORMED];
    }
}

/** A part of a place, for messages that still name the owner. */
export function within(place: PodPart, prefix: string, tree: unknown): PodPart {
    return { name: place.name, prefix, tree };
}

function named(spec: unknown, field: string, kind: string): PodPart[] {
    return elements(spec, field).map((tree) => {
        const name = look(tree, "name");
        return {
            name:
                name.state === "known" && typeof name.value === "string"
                    ? `${kind} "${name.value}"`
                    : `${kind} of ${field}`,
            prefix: "",
            tree,
        };
    });
}

/** Splits a pod into the places that the checks judge. */
export function toJudgedPod(spec: unknown, metadata: unknown): JudgedPod {
    return {
        spec: { name: "the pod", prefix: "", tree: spec },
        metadata: { name: "the pod", prefix: "metadata", tree: metadata },
        containers: [
            ...named(spec, "initContainers", "container"),
            ...named(spec, "containers", "container"),
            ...named(spec, "ephemeralContainers", "container"),
        ],
        volumes: named(spec, "volumes", "volume"),
    };
}
