/** Bindings of roles to people, groups and service accounts. */
import { clusterAdministrators, rolesForEverybody } from "../../../../trust/access";
import { type Finding, notJudged, violated } from "../../../kernel/criterion";
import type { Facts, ObjectOf } from "../../../kernel/facts";
import { holdsUnknown, isUnknown, read, readList, readString } from "../../../kernel/tree";
import { bootstrapPower } from "./powers";

const GROUP = "rbac.authorization.k8s.io";
/** Whoever reaches the API: without a name, with any name, and every pod. */
const EVERYBODY = [
    "system:anonymous",
    "system:unauthenticated",
    "system:authenticated",
    "system:serviceaccounts",
    // Its accounts run the cluster.
    "system:serviceaccounts:kube-system",
];

/** A RoleBinding or ClusterRoleBinding. */
export type BindingFact = ObjectOf;

/** All bindings of the stack. */
export function bindingsOf(facts: Facts): BindingFact[] {
    return ["RoleBinding", "ClusterRoleBinding"].flatMap((kind) => facts.objects(GROUP, kind));
}

function judgeRoleRef(fact: BindingFact): Finding[] {
    const role = read(fact.inputs, ["roleRef", "name"]);
    if (role.state === "unknown") {
        return [notJudged(fact, "the role that it gives is known only at the update")];
    }
    if (role.state === "absent" || Object.hasOwn(clusterAdministrators, fact.key)) {
        return [];
    }
    if (role.value === "cluster-admin") {
        return [
            violated(
                fact,
                "it gives cluster-admin, and clusterAdministrators of trust/access.ts does not name it; bind a smaller role",
            ),
        ];
    }
    const power = bootstrapPower(fact.inputs);
    return power !== undefined && fact.object.kind === "ClusterRoleBinding"
        ? [
              violated(
                  fact,
                  `it gives ${String(role.value)} in every namespace, which may ${power}; bind a smaller role, or this one by a RoleBinding`,
              ),
          ]
        : [];
}

/** Whom a binding gives its role. */
export function subjectsOf({ inputs }: BindingFact): readonly unknown[] {
    return readList(inputs, "subjects");
}

function judgeSubjects(fact: BindingFact): Finding[] {
    const subjects = subjectsOf(fact);
    const names = subjects.map((subject) => readString(subject, "name"));
    const everybody = EVERYBODY.find((name) => names.includes(name));
    const role = readString(fact.inputs, "roleRef", "name") ?? "";
    if (everybody !== undefined && !Object.hasOwn(rolesForEverybody, role)) {
        return [
            violated(
                fact,
                `subjects has ${everybody}, to whom it gives its role; name people or groups`,
            ),
        ];
    }
    return read(fact.inputs, ["subjects"]).state === "unknown" || holdsUnknown(subjects)
        ? [notJudged(fact, "whom it gives its role is known only at the update")]
        : [];
}

/** What a binding gives, and to whom. */
export function judgeBinding(fact: BindingFact): Finding[] {
    return [...judgeRoleRef(fact), ...judgeSubjects(fact)];
}

/** Whether a binding gives something to a service account. */
export function binds(
    { inputs, object }: BindingFact,
    account: string,
    namespace: string,
): boolean | "unknown" {
    const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
    const subjects = readList(inputs, "subjects");
    const isBound = subjects.some((subject) => {
        const name = readString(subject, "name") ?? "";
        return readString(subject, "kind") === "ServiceAccount"
            ? name === account &&
                  (readString(subject, "namespace") ?? object.namespace) === namespace
            : groups.includes(name);
    });
    return isBound || (isUnknown(inputs.subjects) || holdsUnknown(subjects) ? "unknown" : false);
}
