/** Which kinds live outside of namespaces: what the API server serves, and what CRDs say. */
import { servedClusterScoped } from "../../components/base/scope";
import { selfDefinedScopes } from "../../operators/self-defined";
import { inertGroups } from "../../operators/inert";
import { readString, type Tree } from "./tree";

/** Kinds that users make in groups whose objects are in no namespace. */
function isInClusterGroup(kind: string): boolean {
    return Object.hasOwn(inertGroups, kind.split("/")[0] ?? "");
}

/** The scopes of the kinds of a stack; it grows with each CRD. */
export class KindScopes {
    private readonly defined = new Map<string, boolean>(
        [...selfDefinedScopes].map(([kind, scope]) => [kind, scope === "Cluster"]),
    );

    /**
     * Learns the scope of a kind from its CustomResourceDefinition.
     *
     * @returns `<group>/<Kind>`, if the CRD says its scope
     */
    learn(definition: Tree): string | undefined {
        const group = readString(definition, "spec", "group");
        const kind = readString(definition, "spec", "names", "kind");
        const scope = readString(definition, "spec", "scope");
        if (group === undefined || kind === undefined || scope === undefined) {
            return undefined;
        }
        this.defined.set(`${group}/${kind}`, scope === "Cluster");
        return `${group}/${kind}`;
    }

    /** Whether anybody says the scope of a custom kind. */
    isDefined(kind: string): boolean {
        return this.defined.has(kind) || isInClusterGroup(kind);
    }

    /** Whether objects of `<group>/<Kind>` live outside of namespaces. */
    isClusterScoped(kind: string): boolean {
        return this.defined.get(kind) ?? (servedClusterScoped.has(kind) || isInClusterGroup(kind));
    }
}
