/** What an account may do, by the Roles that a stack gives it. */
import { isRecord } from "../../components/base/object";
import type { RecordedStack } from "../fixtures/stack";

/** One request, as the API server authorizes it. */
export interface Asked {
    readonly verb: string;
    readonly group: string;
    readonly resource: string;
    readonly namespace: string;
    readonly name: string | undefined;
}

interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
}

interface Subject {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
}

/** Rules of the account by namespace; those of cluster roles under `*`. */
export function rulesOf(stack: RecordedStack, account: Subject): ReadonlyMap<string, Rule[]> {
    const found = new Map<string, Rule[]>();
    for (const binding of [...stack.ofKind("RoleBinding"), ...stack.ofKind("ClusterRoleBinding")]) {
        const isHis = ((binding.subjects ?? []) as readonly Subject[]).some(
            ({ kind, name, namespace }) =>
                kind === account.kind && name === account.name && namespace === account.namespace,
        );
        const { roleRef } = binding;
        if (!isHis || !isRecord(roleRef)) {
            continue;
        }
        const { namespace = "*" } = binding.metadata;
        const key =
            roleRef.kind === "Role"
                ? `Role/${namespace}/${String(roleRef.name)}`
                : `ClusterRole/${String(roleRef.name)}`;
        const rules = (stack.object(key).rules ?? []) as readonly Rule[];
        found.set(namespace, [...(found.get(namespace) ?? []), ...rules]);
    }
    return found;
}

/** Whether one of the rules lets a request through. */
export function allows(rules: ReadonlyMap<string, readonly Rule[]>, asked: Asked): boolean {
    return [asked.namespace, "*"]
        .flatMap((namespace) => rules.get(namespace) ?? [])
        .some(
            ({ apiGroups, resources, verbs, resourceNames }) =>
                apiGroups.includes(asked.group) &&
                resources.includes(asked.resource) &&
                verbs.includes(asked.verb) &&
                (resourceNames === undefined ||
                    (asked.name !== undefined && resourceNames.includes(asked.name))),
        );
}
