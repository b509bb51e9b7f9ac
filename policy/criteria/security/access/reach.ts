/** Where the rules of a role hold: in the whole cluster, or in the namespaces of its bindings. */
import type { Facts, ObjectOf } from "../../../kernel/facts";
import { readString } from "../../../kernel/tree";
import type { BindingFact } from "./bindings";
import type { Reach } from "./powers";

const SYSTEM = "kube-system";

/** For each ClusterRole the bindings that give it. */
export function bindingsByRole(bindings: readonly BindingFact[]): Map<string, BindingFact[]> {
    const found = new Map<string, BindingFact[]>();
    for (const binding of bindings) {
        if (readString(binding.inputs, "roleRef", "kind") === "ClusterRole") {
            const name = readString(binding.inputs, "roleRef", "name") ?? "";
            found.set(name, [...(found.get(name) ?? []), binding]);
        }
    }
    return found;
}

/**
 * A ClusterRole that only RoleBindings give holds in their namespaces. One that nobody gives, as far
 * as the stack says, counts as one for the cluster: it is made to be given, or joins another.
 */
export function reachOf(
    { object }: ObjectOf,
    bound: ReadonlyMap<string, readonly BindingFact[]>,
): Reach {
    if (object.kind === "Role") {
        return { cluster: false, kubeSystem: object.namespace === SYSTEM };
    }
    const bindings = bound.get(object.name) ?? [];
    return {
        cluster:
            bindings.length === 0 ||
            bindings.some((binding) => binding.object.kind === "ClusterRoleBinding"),
        kubeSystem: bindings.some((binding) => binding.object.namespace === SYSTEM),
    };
}

/** All ClusterRoles of the stack. */
export function clusterRolesOf(facts: Facts): ObjectOf[] {
    return facts.objects("rbac.authorization.k8s.io", "ClusterRole");
}
