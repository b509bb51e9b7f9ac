/** The machine configuration of a Talos node, put together from its patches. */
import * as yaml from "js-yaml";
import type { Fact } from "../../kernel/facts";
import { isTree, isUnknown, read, readList, readString, type Tree } from "../../kernel/tree";

/** What the patches of a node add up to. */
export interface MachineConfiguration {
    /** The document without a kind: `machine` and `cluster`. */
    readonly main: Tree;
    /** All others. */
    readonly documents: readonly Tree[];
}

function merged(left: unknown, right: unknown): unknown {
    if (isTree(left) && isTree(right)) {
        const entries = Object.entries(right).map(([key, value]) => [
            key,
            key in left ? merged(left[key], value) : value,
        ]);
        return { ...left, ...(Object.fromEntries(entries) as Tree) };
    }
    // Talos appends lists.
    return Array.isArray(left) && Array.isArray(right)
        ? [...(left as unknown[]), ...(right as unknown[])]
        : right;
}

function isSame(left: Tree, right: Tree): boolean {
    return left.kind === right.kind && left.name === right.name;
}

function apply({ main, documents }: MachineConfiguration, patch: Tree): MachineConfiguration {
    if (patch.kind === undefined) {
        return { main: merged(main, patch) as Tree, documents };
    }
    const others = documents.filter((document) => !isSame(document, patch));
    if (patch.$patch === "delete") {
        return { main, documents: others };
    }
    const before = documents.find((document) => isSame(document, patch)) ?? {};
    return { main, documents: [...others, merged(before, patch) as Tree] };
}

/**
 * The configuration that a `ConfigurationApply` sends, as far as its patches say it, or unknown.
 *
 * @throws YAMLException for a patch that is no YAML; JSON is YAML
 */
export function configurationOf({ inputs }: Fact): MachineConfiguration | "unknown" {
    const patches = readList(inputs, "configPatches");
    if (read(inputs, ["configPatches"]).state === "unknown" || patches.some(isUnknown)) {
        return "unknown";
    }
    return patches
        .filter((patch) => typeof patch === "string")
        .flatMap((patch) => yaml.loadAll(patch))
        .filter(isTree)
        .reduce<MachineConfiguration>(apply, { main: {}, documents: [] });
}

/** The type of the resources that send a configuration to a node. */
export const CONFIGURATION_APPLY = "talos:machine/configurationApply:ConfigurationApply";

/** Documents of a kind. */
export function documentsOf({ documents }: MachineConfiguration, kind: string): Tree[] {
    return documents.filter((document) => readString(document, "kind") === kind);
}
