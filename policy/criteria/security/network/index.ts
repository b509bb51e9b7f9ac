/** SEC-01: nothing flows in a namespace that nobody declared. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../../kernel/criterion";
import type { Facts, ObjectOf } from "../../../kernel/facts";
import { namespacesOf } from "../../../kubernetes/namespaces";
import { selectsAll } from "../../../kubernetes/selectors";
import { isTree, isUnknown, read, readList, readTree } from "../../../kernel/tree";
import { judgePaths } from "../../../engines/reachability";
import { type Direction, DIRECTIONS } from "../../../engines/reachability/rules";
import {
    ADMINISTRATORS_GROUP,
    ADMINISTRATORS_POLICIES,
    readAdministratorsPolicy,
} from "./administrators";
import { CILIUM_POLICIES, readCiliumPolicy } from "./cilium";
import { gather, readNetworkPolicy } from "./kubernetes";
import { judgeLookups } from "./lookups";
import { readAuthorizationPolicy } from "./mesh";
import { judgeOpenness } from "./openness";

type PolicyFact = ObjectOf;

const TYPES = { ingress: "Ingress", egress: "Egress" } as const;

/** Whether a policy applies to a direction; the defaults are those of the API. */
function applies({ inputs }: PolicyFact, direction: Direction): boolean | "unknown" {
    const types = read(inputs, ["spec", "policyTypes"]);
    if (types.state === "unknown") {
        return "unknown";
    }
    if (types.state === "absent") {
        return direction === "ingress" || readList(inputs, "spec", "egress").length > 0;
    }
    const list = readList(inputs, "spec", "policyTypes");
    return list.includes(TYPES[direction]) || (list.some(isUnknown) ? "unknown" : false);
}

/** Whether a policy denies everything in a direction to every pod of its namespace. */
function denies(policy: PolicyFact, direction: Direction): boolean | "unknown" {
    const spec = readTree(policy.inputs, "spec");
    const selector = read(policy.inputs, ["spec", "podSelector"]);
    const rules = read(spec, [direction]);
    if (
        selector.state === "unknown" ||
        rules.state === "unknown" ||
        isUnknown(policy.inputs.spec)
    ) {
        return "unknown";
    }
    if (!isTree(policy.inputs.spec) || !selectsAll(selector)) {
        return false;
    }
    return readList(spec, direction).length === 0 && applies(policy, direction);
}

function judgeNamespace(facts: Facts, policies: readonly PolicyFact[]): Finding[] {
    return namespacesOf(facts).flatMap(({ name, fact }) => {
        const own = policies.filter(({ object }) => object.namespace === name);
        return DIRECTIONS.flatMap((direction) => {
            const verdicts = own.map((policy) => denies(policy, direction));
            if (verdicts.includes(true)) {
                return [];
            }
            return verdicts.includes("unknown")
                ? [notJudged(fact, `whether it denies ${direction} is known only at the update`)]
                : [
                      violated(
                          fact,
                          `no NetworkPolicy denies ${direction} by default; create it with components/base/namespace.ts`,
                      ),
                  ];
        });
    });
}

/** SEC-01. */
export const defaultDeny: StackCriterion = {
    id: "SEC-01",
    name: "sec-01-default-deny",
    description:
        "Checks that every namespace denies ingress and egress by default and that no policy of the network or the mesh allows everybody.",
    severity: "critical",
    remediation: "Declare the namespace with components/base/namespace.ts and its flows as data.",
    judgeStack: (facts) => {
        const policies = facts.objects("networking.k8s.io", "NetworkPolicy");
        const cilium = CILIUM_POLICIES.flatMap((kind) => facts.objects("cilium.io", kind));
        const administrators = ADMINISTRATORS_POLICIES.flatMap((kind) =>
            facts.objects(ADMINISTRATORS_GROUP, kind),
        );
        const authorizations = facts.objects("security.istio.io", "AuthorizationPolicy");
        const { rules, findings } = gather([
            ...policies.map((policy) => readNetworkPolicy(facts, policy)),
            ...cilium.map((policy) => readCiliumPolicy(facts, policy)),
            ...administrators.map((policy) => readAdministratorsPolicy(facts, policy)),
            ...authorizations.map(readAuthorizationPolicy),
        ]);
        const all = [...policies, ...cilium, ...administrators, ...authorizations];
        const paths = judgePaths(facts);
        return {
            subjects: namespacesOf(facts).length + all.length + paths.subjects,
            judged: [...namespacesOf(facts).map(({ fact }) => fact), ...all],
            findings: [
                ...judgeNamespace(facts, policies),
                ...findings,
                ...judgeOpenness(facts, rules),
                ...judgeLookups(facts),
                ...paths.findings,
            ],
        };
    },
};
