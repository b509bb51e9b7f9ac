/** TEN-03: tenants cannot reach each other, neither by network nor by role. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { type NamespaceFact, namespacesOf, tierOf } from "../../kubernetes/namespaces";
import { holdsUnknown, readLabels, readList, readString } from "../../kernel/tree";
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

/** The tenant whose pods a subject is. */
function tenantOf(subject: unknown, tenants: ReadonlyMap<string, Tenant>): Tenant | undefined {
    const kind = readString(subject, "kind");
    const group = /^system:serviceaccounts:(.+)$/.exec(readString(subject, "name") ?? "");
    const name = kind === "Group" ? group?.[1] : readString(subject, "namespace");
    return kind === "ServiceAccount" || kind === "Group" ? tenants.get(name ?? "") : undefined;
}

function judgeBinding(fact: ObjectOf, tenants: ReadonlyMap<string, Tenant>): Finding[] {
    const { namespace } = fact.object;
    const role = readString(fact.inputs, "roleRef", "name") ?? "?";
    return readList(fact.inputs, "subjects").flatMap((subject) => {
        const tenant = tenantOf(subject, tenants);
        const home = namespace === undefined ? undefined : tenants.get(namespace);
        if (tenant === undefined || home?.owner === tenant.owner) {
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
        const byName = new Map(tenants.map((tenant) => [tenant.name, tenant]));
        const bindings = ["RoleBinding", "ClusterRoleBinding"].flatMap((kind) =>
            facts.objects("rbac.authorization.k8s.io", kind),
        );
        return {
            subjects: tenants.length + unknown.length,
            judged: tenants.map(({ fact }) => fact),
            findings: [
                ...unknown,
                ...tenants.flatMap((from) =>
                    tenants
                        .filter((to) => to.owner !== from.owner)
                        .flatMap((to) => judgePair(from, to)),
                ),
                ...(tenants.length === 0
                    ? []
                    : bindings.flatMap((binding) => judgeBinding(binding, byName))),
            ],
        };
    },
};
