/** CustomResourceDefinitions of a stack. */
import type { Manifest } from "../../components/base/object";
import { definedKind } from "../../components/base/scope";
import type { Facts, ObjectOf } from "../kernel/facts";
import { isTree, readTree } from "../kernel/tree";

/** CRDs of the stack by `<group>/<Kind>`; one that does not say its names yet is left out. */
export function definitionsOf(facts: Facts): Map<string, ObjectOf> {
    return new Map(
        facts
            .objects("apiextensions.k8s.io", "CustomResourceDefinition")
            .filter(({ inputs }) => isTree(readTree(inputs, "spec").names))
            .map((fact) => [definedKind(fact.inputs as Manifest), fact] as const),
    );
}
