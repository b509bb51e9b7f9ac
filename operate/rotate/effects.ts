/** What a renewal changes, from two records of the program: before it and after it. Pure. */
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../../components/base/object";
import type { StackResource } from "../../preview/recorded-stack";
import { names, type StackSecret } from "./secrets";

/** One step of an update. */
export interface Effect {
    /** `Kind/namespace/name`, or the resource that makes the value. */
    readonly what: string;
    readonly how: string;
}

/** What happens, in the order of the program: who serves comes before who asks. */
export interface Effects {
    readonly steps: readonly Effect[];
    /** URNs of values that go, which Pulumi must be told before. */
    readonly protectedValues: readonly string[];
}

const ROLLING = new Set(["Deployment", "DaemonSet", "StatefulSet", "Grafana"]);

function at(tree: unknown, ...path: readonly string[]): unknown {
    return path.reduce((value, field) => (isRecord(value) ? value[field] : undefined), tree);
}

function keyOf({ inputs }: StackResource): string {
    const [kind, namespace, name] = [
        inputs.kind,
        at(inputs, "metadata", "namespace"),
        at(inputs, "metadata", "name"),
    ].map(String);
    return `${kind}/${namespace}/${name}`;
}

/** How pods get the new value; one pod alone is away while it starts anew. */
function restart({ inputs }: StackResource): string {
    const replicas =
        at(inputs, "spec", "replicas") ?? at(inputs, "spec", "deployment", "spec", "replicas");
    const isAlone =
        inputs.kind !== "DaemonSet" &&
        (replicas ?? 1) === 1 &&
        (inputs.kind === "StatefulSet" || at(inputs, "spec", "strategy", "type") === "Recreate");
    return isAlone
        ? "its only pod starts anew, and is away meanwhile"
        : "its pods are replaced, one after the other";
}

function effectOf(
    resource: StackResource,
    { isChanged, isReader }: { readonly isChanged: boolean; readonly isReader: boolean },
): Effect | undefined {
    const { kind, apiVersion } = resource.inputs;
    const what = keyOf(resource);
    if (kind === "Secret") {
        return isReader ? { what, how: "has the new value" } : undefined;
    }
    if (kind === "Job") {
        return isChanged ? { what, how: "runs once, and is waited for" } : undefined;
    }
    if (kind === "CronJob") {
        return !isReader ? undefined : { what, how: "reads it at its next run" };
    }
    if (ROLLING.has(String(kind))) {
        return isChanged ? { what, how: restart(resource) } : undefined;
    }
    return String(apiVersion).includes(".") && isReader
        ? { what, how: "its operator or controller takes it from the Secret" }
        : undefined;
}

/**
 * What a renewal does.
 *
 * @param before the stack as it is
 * @param after the stack with the next generation
 */
export function effectsOf(
    secrets: readonly StackSecret[],
    before: readonly StackResource[],
    after: readonly StackResource[],
): Effects {
    const known = new Map(before.map((resource) => [resource.urn, resource.inputs]));
    const places = secrets.flatMap((secret) => secret.places);
    const isChanged = ({ urn, inputs }: StackResource) =>
        !isDeepStrictEqual(inputs, known.get(urn));
    const isValue = ({ type }: StackResource) => type.startsWith("random:");
    const values = after.filter((resource) => isValue(resource) && !known.has(resource.urn));
    const kept = new Set(after.map(({ urn }) => urn));
    const forgotten = before.filter((resource) => isValue(resource) && !kept.has(resource.urn));
    const isPlace = (resource: StackResource) =>
        resource.inputs.kind === "Secret" &&
        places.some((place) => keyOf(resource) === `Secret/${place}`);
    const reads = ({ inputs }: StackResource) =>
        inputs.kind !== "Secret" &&
        places.some((place) => {
            const [namespace, name = ""] = place.split("/");
            return at(inputs, "metadata", "namespace") === namespace && names(inputs, name);
        });
    const objects = after.filter(({ type }) => type.startsWith("kubernetes:"));
    return {
        steps: [
            ...values.map(({ name }) => ({ what: name, how: "is made" })),
            ...forgotten.map(({ name }) => ({ what: name, how: "is forgotten, at the end" })),
            ...[...objects.filter(isPlace), ...objects.filter((one) => !isPlace(one))].map(
                (resource) =>
                    effectOf(resource, {
                        isChanged: isChanged(resource),
                        isReader: isPlace(resource) || reads(resource),
                    }),
            ),
        ].filter((step) => step !== undefined),
        protectedValues: forgotten.filter((value) => value.protect).map(({ urn }) => urn),
    };
}
