/**
 * Custom resources as the rooms in operators/ take them: plain JSON. What holds a value that only
 * the update knows never reaches a room; it is "not judged", by name.
 */
import type { Behaviour, Resource } from "../../../operators/behaviour";
import { behaviours, inert, inertGroups } from "../../../operators";
import type { Fact, ObjectOf } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import { holdsUnknown, readLabels, readTree } from "../../kernel/tree";
import { isCustomGroup } from "../../kubernetes/api-groups";
import { isTemplateKind } from "../../kubernetes/workloads";

/** A custom resource of a kind that has a room, all of it known. */
export interface OperatedResource {
    readonly fact: ObjectOf;
    readonly resource: Resource;
    readonly behaviour: Behaviour;
}

/** A resource of which nobody can say what its operator makes, and why. */
export interface Unjudged {
    readonly fact: ObjectOf;
    readonly why: string;
}

/** The custom resources of a stack. */
export interface OperatedStack {
    readonly resources: ReadonlyMap<Fact["urn"], OperatedResource>;
    /** By `<group>/<Kind>`. */
    readonly byKind: ReadonlyMap<string, readonly Resource[]>;
    /** Something in them is known only at the update. */
    readonly hidden: readonly { readonly fact: ObjectOf; readonly behaviour: Behaviour }[];
    /** No room describes their kind, and nobody says that no pods are made of them. */
    readonly undescribed: readonly ObjectOf[];
}

/** What a finding says of a kind that nobody described. */
export const UNDESCRIBED = "no room in operators/ says what its operator makes of it";
/** What a finding says of a resource that only the update knows. */
export const HIDDEN = "what its operator makes of it is known only at the update";

/** `<group>/<Kind>` of an object. */
export function kindOf({ object }: ObjectOf): string {
    return `${object.group}/${object.kind}`;
}

/** What an operator makes of the kind; undefined for kinds without a room. */
export function behaviourOf({ object }: Fact): Behaviour | undefined {
    const behaviour = object && behaviours.get(`${object.group}/${object.kind}`);
    const { only } = behaviour ?? {};
    const name = object?.name ?? "";
    const isMeant = only === undefined || ("test" in only ? only.test(name) : only.includes(name));
    return isMeant ? behaviour : undefined;
}

/** Whether neither a room nor the list of inert kinds says what becomes of the object. */
export function isUndescribed(fact: Fact): fact is ObjectOf {
    const { object } = fact;
    if (object === undefined || !isCustomGroup(object.group)) {
        return false;
    }
    const kind = `${object.group}/${object.kind}`;
    return (
        !behaviours.has(kind) &&
        !Object.hasOwn(inert, kind) &&
        !Object.hasOwn(inertGroups, object.group) &&
        !isTemplateKind(kind)
    );
}

/**
 * A custom resource as rooms take it. Whoever calls this for one that may hold unknown values reads
 * nothing of it but known text.
 */
export function toResource({ object, inputs }: ObjectOf): Resource {
    const { apiVersion, kind, name, namespace, labels } = object;
    return {
        ...inputs,
        apiVersion,
        kind,
        metadata: {
            name,
            ...(namespace === undefined ? {} : { namespace }),
            labels,
            annotations: readLabels(inputs, "metadata", "annotations"),
        },
        spec: readTree(inputs, "spec"),
    };
}

/** The custom resources of a stack, once for all who ask what operators make of them. */
export const operatedStack = memoize((facts): OperatedStack => {
    const resources = new Map<string, OperatedResource>();
    const byKind = new Map<string, Resource[]>();
    const hidden: OperatedStack["hidden"][number][] = [];
    const undescribed: ObjectOf[] = [];
    for (const fact of facts.all()) {
        if (isUndescribed(fact)) {
            undescribed.push(fact);
            continue;
        }
        const behaviour = behaviourOf(fact);
        if (behaviour === undefined || fact.object === undefined) {
            continue;
        }
        const subject: ObjectOf = { ...fact, object: fact.object };
        const { spec, metadata, data } = fact.inputs;
        const isHidden = [spec, metadata, data].some(holdsUnknown);
        if (isHidden) {
            hidden.push({ fact: subject, behaviour });
            continue;
        }
        const resource = toResource(subject);
        const { kind } = behaviour;
        resources.set(fact.urn, { fact: subject, resource, behaviour });
        byKind.set(kind, [...(byKind.get(kind) ?? []), resource]);
    }
    return { resources, byKind, hidden, undescribed };
});
