/**
 * CRDs that no chart brings, because an operator makes them when it starts: no operator runs here, so
 * they are there from the start, and take whatever the program sends. Pure.
 */
import type { Manifest } from "../../components/base/object";
import { groupKind } from "../../components/base/scope";
import { groupsOfTheCluster } from "../../policy/kubernetes/cluster-groups";

/** The plural of a kind as Kubernetes guesses it (apimachinery: `UnsafeGuessKindToResource`). */
function pluralOf(kind: string): string {
    const singular = kind.toLowerCase();
    if (singular.endsWith("s")) {
        return `${singular}es`;
    }
    return singular.endsWith("y") ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}

function definition(
    [group = "", kind = ""]: readonly string[],
    objects: readonly Manifest[],
): Manifest {
    const versions = [...new Set(objects.map(({ apiVersion }) => apiVersion.split("/")[1] ?? ""))];
    const plural = pluralOf(kind);
    return {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `${plural}.${group}` },
        spec: {
            group,
            scope: objects.some(({ metadata }) => metadata.namespace !== undefined)
                ? "Namespaced"
                : "Cluster",
            names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
            versions: versions.map((name, index) => ({
                name,
                served: true,
                storage: index === 0,
                schema: {
                    openAPIV3Schema: {
                        type: "object",
                        "x-kubernetes-preserve-unknown-fields": true,
                    },
                },
                subresources: { status: {} },
            })),
        },
    };
}

/** A CRD for each kind among the objects that only an operator, or Talos, brings. */
export function operatorDefinitions(objects: readonly Manifest[]): Manifest[] {
    const byKind = new Map<string, Manifest[]>();
    for (const object of objects) {
        const kind = groupKind(object);
        if ((kind.split("/")[0] ?? "") in groupsOfTheCluster) {
            byKind.set(kind, [...(byKind.get(kind) ?? []), object]);
        }
    }
    return [...byKind].map(([kind, found]) => definition(kind.split("/"), found));
}
