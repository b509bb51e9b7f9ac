/** Resources and surroundings for tests of the operators' rooms. */
import * as assert from "node:assert/strict";
import { behaviours } from "../../operators";
import type {
    Behaviour,
    MadeBudget,
    MadePods,
    Node,
    Resource,
    Surroundings,
    Tree,
} from "../../operators/behaviour";

/** A custom resource of namespace `apps`. */
export function custom(
    group: string,
    kind: string,
    name: string,
    spec: Tree,
    labels: Readonly<Record<string, string>> = {},
): Resource {
    return {
        apiVersion: `${group}/v1`,
        kind,
        metadata: { name, namespace: "apps", labels },
        spec,
    };
}

/** What operators see of a stack of such resources. */
export function around(resources: readonly Resource[], nodes: readonly Node[] = []): Surroundings {
    const kindOf = ({ apiVersion, kind }: Resource) => `${apiVersion.split("/")[0] ?? ""}/${kind}`;
    return {
        all: (kind) => resources.filter((resource) => kindOf(resource) === kind),
        nodes,
    };
}

/** The room of a resource. */
export function roomOf({ apiVersion, kind }: Resource): Behaviour {
    const room = behaviours.get(`${apiVersion.split("/")[0] ?? ""}/${kind}`);
    assert.ok(room, `${kind} has no room`);
    return room;
}

/** The pods of a resource, which is among the surroundings. */
export function podsOf(
    resource: Resource,
    others: readonly Resource[] = [],
    nodes: readonly Node[] = [],
): readonly MadePods[] {
    const pods = roomOf(resource).pods?.(resource, around([resource, ...others], nodes)) ?? [];
    assert.ok(typeof pods !== "string", "nobody can say");
    return pods;
}

/** Why nobody can say what is made of a resource. */
export function whyOf(resource: Resource): string {
    const pods = roomOf(resource).pods?.(resource, around([resource]));
    assert.ok(typeof pods === "string", "somebody can say");
    return pods;
}

/** One part of the pods of a resource. */
export function partOf(part: string, ...args: Parameters<typeof podsOf>): MadePods {
    const found = podsOf(...args).find((pods) => pods.part === part);
    assert.ok(found, `no ${part}`);
    return found;
}

/** The budgets of a resource. */
export function budgetsOf(
    resource: Resource,
    others: readonly Resource[] = [],
): readonly MadeBudget[] {
    return roomOf(resource).budgets?.(resource, around([resource, ...others])) ?? [];
}
