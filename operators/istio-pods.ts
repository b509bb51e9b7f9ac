/** What the charts of Istio have in common. */
import type { Tree } from "./behaviour";
import { container } from "./pods";
import { present, treeAt } from "./values";

/** What istiod and waypoints are held to. */
export const restricted = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
};

/** A container of an image with a readiness probe. */
export function serving(
    name: string,
    resources: unknown,
    image: string,
    probe: Tree,
    rest: Tree,
): Tree {
    return { ...container(name, resources, image), readinessProbe: { httpGet: probe }, ...rest };
}

/** The profile of system calls, where the values name one. */
export function seccompOf(values: Tree): Tree {
    const profile = treeAt(values, "seccompProfile");
    return Object.keys(profile).length === 0 ? {} : { seccompProfile: profile };
}

/** The scheduling that the values of a chart have in common. */
export function scheduling(values: Tree, fields: readonly string[]): Tree {
    return present(Object.fromEntries(fields.map((field) => [field, values[field]])));
}
