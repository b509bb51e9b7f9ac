/** Whether a system is in the stack: its criteria turn on with its first trace, never with a list. */
import type { Facts, ObjectOf } from "./facts";
import { readString } from "./tree";

/**
 * The first object by which an API group, or one kind of it, shows: an object, else the CRD of one.
 * Findings about something that is missing stand there.
 */
export function traceOf(facts: Facts, group: string, kind?: string): ObjectOf | undefined {
    return (
        facts
            .all()
            .find(
                (fact): fact is ObjectOf =>
                    fact.object?.group === group && (kind ?? fact.object.kind) === fact.object.kind,
            ) ??
        facts
            .objects("apiextensions.k8s.io", "CustomResourceDefinition")
            .filter(({ inputs }) => readString(inputs, "spec", "group") === group)
            .find(
                ({ inputs }) =>
                    kind === undefined || readString(inputs, "spec", "names", "kind") === kind,
            )
    );
}
