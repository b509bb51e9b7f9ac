/** TEN-03: tenants cannot reach each other, neither by network nor by role. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { type NamespaceFact, namespacesOf, tierOf } from "../../kubernetes/namespaces";
import { holdsUnknown, read, readLabels, readList, readString } from "../../kernel/tree";
import { groupAtApi } from "../../../trust/people";
import { type BorderOpening, admissionsOf, type Border } from "../../engines/reachability/borders";

interface Tenant {
    readonly name: string;
    readonly fact: NamespaceFact["fact"];
    /** Namespaces of one owner trust each other. */
    readonly owner: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly borders: Readonly<Record<"ingress" | "egress", Border>>;
}

/** The component of a tenant under which a namespace was made, or the namespace itself. */
function ownerOf(facts: Facts, { declared, name }: NamespaceFact): string {
    const component = facts.get(declared?.parent ?? "");
    const above = facts.get(component?.parent ?? "");
    return above?.type.startsWith("platform:tenancy:") === true ? above.urn : name;
}

function tenantsOf(facts: Facts): { tenants: Tenant[]; unknown: Finding[] } {
    const podNetwork = readString(facts.platform()?.inputs, "podNetwork");
    const policies = [
        ...facts.objects("networking.k8s.io", "NetworkPolicy"),
        ...facts.objects("cilium.io", "CiliumNetworkPolicy"),
    ];
    const clusterwide = facts.objects("cilium.io", "CiliumClusterwideNetworkPolicy");
    const tenants: Tenant[] = [];
    const unknown: Finding[] = [];
    for (const namespace of namespacesOf(facts)) {
        const { name, fact } = namespace;
        const tier = tierOf(facts, namespace);
        if (tier.state === "unknown") {
            unknown.push(notJudged(fact, "whether it is a tenant is known only at the update"));
        }
        if (tier.state !== "known" || tier.value !== "tenant") {
            continue;
        }
        const own = policies.filter(({ object }) => object.namespace === name);
        if ([...own, ...clusterwide].some(({ inputs }) => holdsUnknown(inputs))) {
            unknown.push(
                notJudged(fact, "part of its network policies is known only at the update"),
            );
        }
        const border = (direction: "ingress" | "egress") =>
            admissionsOf([...own, ...clusterwide], direction, podNetwork);
        tenants.push({
            ...{ name, fact, owner: ownerOf(facts, namespace) },
            labels: {
                ...readLabels(fact.inputs, "metadata", "labels"),
                "kubernetes.io/metadata.name": name,
            },
            borders: { ingress: border("ingress"), egress: border("egress") },
        });
    }
    return { tenants, unknown };
}

function admitting(border: Border, other: Tenant): readonly BorderOpening[] {
    return border.filter(({ admits }) => admits(other.name, other.labels));
}

/** Ports that two admissions share, as text; undefined when there are none. */
function shared(out: BorderOpening, into: BorderOpening): string | undefined {
    if (out.ports === undefined || into.ports === undefined) {
        return "every port";
    }
    const { ports } = into;
    const both = out.ports.filter((left) =>
        ports.some(
            (right) =>
                left.protocol === right.protocol &&
                left.first <= right.last &&
                right.first <= left.last,
        ),
    );
    return both.length === 0
        ? undefined
        : both.map(({ protocol, first }) => `${protocol} ${first}`).join(", ");
}

function judgePair(from: Tenant, to: Tenant): Finding[] {
    const outs = admitting(from.borders.egress, to);
    const intos = outs.length === 0 ? [] : admitting(to.borders.ingress, from);
    for (const out of outs) {
        for (const into of intos) {
            const ports = shared(out, into);
            if (ports !== undefined) {
                const by = [out.by, into.by].filter((part) => part !== undefined).join(" and ");
                const because = by === "" ? "no policy denies it" : `through ${by}`;
                return [
                    violated(
                        from.fact,
                        `tenant ${from.name} reaches tenant ${to.name} on ${ports}, ${because}`,
                    ),
                ];
            }
        }
    }
    return [];
}

/** Who has rights as a tenant: the accounts of its namespaces, and its group of people. */
interface Subjects {
    readonly byNamespace: ReadonlyMap<string, Tenant>;
    /** By the name of the group, as bindings have it. */
    readonly byGroup: ReadonlyMap<string, Pick<Tenant, "name" | "owner">>;
    /** Whose each namespace is, also where its tier is known only at the update. */
    readonly owners: ReadonlyMap<string, string>;
    readonly unknown: readonly Finding[];
}

/** The groups of people that components of tenants name. */
function subjectsOf(facts: Facts, tenants: readonly Tenant[]): Subjects {
    const components = facts.all().filter(({ type }) => type === "platform:tenancy:Tenant");
    const named = components.map((fact) => ({ fact, group: read(fact.inputs, ["group"]) }));
    return {
        byNamespace: new Map(tenants.map((tenant) => [tenant.name, tenant])),
        byGroup: new Map(
            named.flatMap(({ fact, group }) =>
                group.state === "known" && typeof group.value === "string"
                    ? [[groupAtApi(group.value), { name: group.value, owner: fact.urn }]]
                    : [],
            ),
        ),
        owners: new Map(
            namespacesOf(facts).map((namespace) => [namespace.name, ownerOf(facts, namespace)]),
        ),
        unknown: named.flatMap(({ fact, group }) =>
            group.state === "unknown"
                ? [notJudged(fact, "its group of people is known only at the update")]
                : [],
        ),
    };
}

/** The tenant whose pods or people a subject is. */
function tenantOf(
    subject: unknown,
    { byNamespace, byGroup }: Subjects,
): Pick<Tenant, "name" | "owner"> | undefined {
    const kind = readString(subject, "kind");
    const name = readString(subject, "name") ?? "";
    const accounts = /^system:serviceaccounts:(.+)$/.exec(name);
    return kind === "Group"
        ? (byNamespace.get(accounts?.[1] ?? "") ?? byGroup.get(name))
        : kind === "ServiceAccount"
          ? byNamespace.get(readString(subject, "namespace") ?? "")
          : undefined;
}

function judgeBinding(fact: ObjectOf, subjects: Subjects): Finding[] {
    const { namespace } = fact.object;
    const role = readString(fact.inputs, "roleRef", "name") ?? "?";
    return readList(fact.inputs, "subjects").flatMap((subject) => {
        const tenant = tenantOf(subject, subjects);
        const home = namespace === undefined ? undefined : subjects.owners.get(namespace);
        if (tenant === undefined || home === tenant.owner) {
            return [];
        }
        const where = namespace === undefined ? "every namespace" : `namespace ${namespace}`;
        return [violated(fact, `it gives tenant ${tenant.name} the role ${role} in ${where}`)];
    });
}

/** TEN-03. */
export const tenantsApart: StackCriterion = {
    id: "TEN-03",
    name: "ten-03-tenants-apart",
    description:
        "Checks that no network path leads from one tenant to another and that no tenant has a role outside its namespaces.",
    severity: "critical",
    remediation:
        "Let tenants meet at a Service of the platform, and bind roles of a tenant in its own namespaces only.",
    judgeStack: (facts) => {
        const { tenants, unknown } = tenantsOf(facts);
        const subjects = subjectsOf(facts, tenants);
        const bindings = ["RoleBinding", "ClusterRoleBinding"].flatMap((kind) =>
            facts.objects("rbac.authorization.k8s.io", kind),
        );
        return {
            subjects: tenants.length + unknown.length,
            judged: tenants.map(({ fact }) => fact),
            findings: [
                ...unknown,
                ...subjects.unknown,
                ...tenants.flatMap((from) =>
                    tenants
                        .filter((to) => to.owner !== from.owner)
                        .flatMap((to) => judgePair(from, to)),
                ),
                ...(tenants.length === 0
                    ? []
                    : bindings.flatMap((binding) => judgeBinding(binding, subjects))),
            ],
        };
    },
};
