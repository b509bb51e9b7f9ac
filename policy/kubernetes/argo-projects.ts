/**
 * Projects of Argo CD: where they let their applications into (argo-cd v3.4.4: util/glob,
 * pkg/apis/application/v1alpha1/app_project_types.go, `IsDestinationPermitted`).
 */
import type { ObjectOf } from "../kernel/facts";
import { isTree, read, readList, readString } from "../kernel/tree";

const OWN_SERVER = "https://kubernetes.default.svc";
const OWN_NAME = "in-cluster";

/** A pattern of Argo CD: `*` and `?` stand for letters. */
export function matchesGlob(pattern: string, text: string): boolean {
    const expression = pattern
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replace(/\*+/g, ".*")
        .replace(/\?/g, ".");
    return new RegExp(`^${expression}$`).test(text);
}

/** Whether a destination is, or may be, the cluster of the program. */
export function isOwnCluster(server: string | undefined, name: string | undefined): boolean {
    return server === undefined && name === undefined
        ? true
        : (server !== undefined && matchesGlob(server.replace(/\/$/, ""), OWN_SERVER)) ||
              (name !== undefined && matchesGlob(name, OWN_NAME));
}

/** Namespaces of the own cluster that a project lets its applications into. */
export interface Destinations {
    /** More may be let in than anybody knows before the update. */
    readonly hidden: boolean;
    /** Whether a namespace is let in, as far as that is known. */
    readonly has: (namespace: string) => boolean;
}

/** The destinations of an AppProject. */
export function destinationsOf(project: ObjectOf): Destinations {
    const destinations = read(project.inputs, ["spec", "destinations"]);
    const own = readList(project.inputs, "spec", "destinations")
        .filter(isTree)
        .filter((to) => isOwnCluster(readString(to, "server"), readString(to, "name")));
    const patterns = own.flatMap((to) => readString(to, "namespace") ?? []);
    const denied = patterns.filter((one) => one.startsWith("!")).map((one) => one.slice(1));
    return {
        hidden:
            destinations.state === "unknown" ||
            own.some((to) => read(to, ["namespace"]).state === "unknown"),
        has: (namespace) =>
            patterns.some((one) => !one.startsWith("!") && matchesGlob(one, namespace)) &&
            !denied.some((one) => matchesGlob(one, namespace)),
    };
}
