import * as pulumi from "@pulumi/pulumi";
import { requireAnswer } from "./node-gate";

/**
 * Which nodes got a new configuration in this update. The engine says it through hooks, which run
 * around the creation or change of a resource and not when it stays as it is.
 */
export class NodeChanges {
    /** Options for each resource whose creation or change counts; none in a preview. */
    readonly hooks: pulumi.ResourceHookBinding;

    private readonly changed = new Set<string>();

    constructor() {
        if (pulumi.runtime.isDryRun()) {
            this.hooks = {};
            return;
        }
        const hook = new pulumi.ResourceHook("node-changed", ({ name }) => {
            this.note(name);
        });
        // A new machine is waited for; one that is there and silent is left alone.
        const gate = new pulumi.ResourceHook("node-answers", ({ name, newInputs }) =>
            requireAnswer(name, String(newInputs?.node)),
        );
        this.hooks = { beforeUpdate: [gate], afterCreate: [hook], afterUpdate: [hook] };
    }

    /** Notes that a node changed. */
    note(name: string): void {
        this.changed.add(name);
    }

    /** Names of the nodes that changed so far, in the order in which they did. */
    get names(): readonly string[] {
        return [...this.changed];
    }
}

/** Hooks one after the other. */
export function together(
    one: pulumi.ResourceHookBinding,
    other: pulumi.ResourceHookBinding,
): pulumi.ResourceHookBinding {
    return {
        ...one,
        beforeUpdate: [...(one.beforeUpdate ?? []), ...(other.beforeUpdate ?? [])],
        afterUpdate: [...(one.afterUpdate ?? []), ...(other.afterUpdate ?? [])],
    };
}
