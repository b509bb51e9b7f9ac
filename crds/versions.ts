/** Versions of a CRD in which objects lie in etcd. */
import type { Manifest } from "../components/base/object";

interface Version {
    readonly name: string;
    readonly served: boolean;
    readonly storage: boolean;
}

function versionsOf({ spec }: Manifest): readonly Version[] {
    return (spec as { readonly versions?: readonly Version[] }).versions ?? [];
}

/** Stored versions that another content of the CRD does not have any more. */
export function lostVersions(stored: readonly string[], content: Manifest): string[] {
    const kept = new Set(versionsOf(content).map(({ name }) => name));
    return stored.filter((version) => !kept.has(version));
}

/**
 * The version in which objects are listed: the one that is stored, if it is served, because nothing
 * has to be converted then; undefined when none is served.
 */
export function servedVersion(crd: Manifest): string | undefined {
    const served = versionsOf(crd).filter(({ served: isServed }) => isServed);
    return (served.find(({ storage }) => storage) ?? served[0])?.name;
}
