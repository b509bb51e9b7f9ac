/** Who is in the mesh: Istio's ambient mode, by labels of namespaces and pods (istio 1.30). */
import { calledFromOutside, meshLabel } from "../../../operators/ambient";
import { memoize } from "../../kernel/memoize";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { readLabels } from "../../kernel/tree";
import { programsOf } from "../../kubernetes/programs";

type Labels = Readonly<Record<string, string>>;

/** The label by which pods and namespaces say whether they are in. */
export const MODE_LABEL = "istio.io/dataplane-mode";
/** The annotation by which pods of the mesh are called past it. */
export const [BYPASS = ""] = Object.keys(calledFromOutside);

/**
 * On which side of the mesh pods are: in it, in it but called past it by whoever is outside, or
 * outside.
 */
export type MeshSide = "in" | "called from outside" | "out";

/** The control plane of the mesh: istiod itself, or what the Sail operator makes it from. */
export const meshOf = memoize(
    (facts): ObjectOf | undefined =>
        facts.objects("sailoperator.io", "Istio")[0] ?? programsOf(facts, "pilot")[0]?.fact,
);

/** Names of the namespaces whose pods are in by default. */
export const meshedNamespaces = memoize((facts): ReadonlySet<string> => {
    const [[key, value] = ["", ""]] = Object.entries(meshLabel);
    const all = meshOf(facts) === undefined ? [] : facts.objects("", "Namespace");
    return new Set(
        all
            .filter(({ inputs }) => readLabels(inputs, "metadata", "labels")[key] === value)
            .map(({ object }) => object.name),
    );
});

/** What decides on the side of pods. */
export interface MeshPods {
    readonly namespace: string;
    readonly labels: Labels;
    readonly annotations: Labels;
    readonly hostNetwork: boolean;
}

/** The side of pods; those on the network of their node are never in. */
export function sideOf(
    facts: Facts,
    { namespace, labels, annotations, hostNetwork }: MeshPods,
): MeshSide {
    const mode = labels[MODE_LABEL];
    const isIn =
        meshOf(facts) !== undefined &&
        !hostNetwork &&
        (mode === undefined ? meshedNamespaces(facts).has(namespace) : mode === "ambient");
    return !isIn ? "out" : annotations[BYPASS] === "true" ? "called from outside" : "in";
}
