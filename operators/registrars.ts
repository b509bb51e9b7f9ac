/** Kinds whose CRDs an operator registers while it runs, when a custom resource asks for it. Pure. */
import { behaviours } from ".";
import type { Resource } from "./resource";

/** Whether an operator registers kinds for custom resources of a kind, `<group>/<Kind>`. */
export function isRegistrar(kind: string): boolean {
    return behaviours.get(kind)?.defines !== undefined;
}

/** The kinds that an operator registers for a resource of the kind, as `<group>/<Kind>`. */
export function registeredFor(kind: string, resource: Resource): readonly string[] {
    const { defines = [] } = behaviours.get(kind) ?? {};
    return typeof defines === "function" ? defines(resource) : defines;
}
