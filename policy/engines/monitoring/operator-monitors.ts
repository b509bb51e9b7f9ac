/** Monitors that operators make of their own custom resources, when these ask for it. */
import type { Fact, ObjectOf } from "../../kernel/facts";
import { type Ternary, switchAt } from "../../kernel/ternary";
import { toPath } from "../operated/fields";
import { behaviourOf, toResource } from "../operated/resources";

/** The monitor that an operator makes of a resource, and whether it does. */
export function operatorMonitor(
    fact: Fact,
): { readonly monitor: ObjectOf; readonly made: Ternary } | undefined {
    const { object, inputs } = fact;
    const monitor = behaviourOf(fact)?.monitor;
    return (
        monitor &&
        object && {
            made: switchAt(inputs, toPath(monitor.switch), false),
            monitor: {
                ...fact,
                inputs: {},
                object: {
                    ...object,
                    kind: monitor.kind,
                    labels: monitor.labels(toResource({ ...fact, object })),
                },
            },
        }
    );
}
