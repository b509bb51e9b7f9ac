/** SEC-01: nothing flows in a namespace that nobody declared. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { namespacesOf } from "../../kubernetes/namespaces";
import { selectsAll } from "../../kubernetes/selectors";
import { holdsUnknown, isTree, isUnknown, read, readList, readTree } from "../../kernel/tree";
import { judgePaths } from "../../engines/reachability";

type PolicyFact = ObjectOf;
type Direction = "ingress" | "egress";

const DIRECTIONS: readonly Direction[] = ["ingress", "egress"];
const PEERS = { ingress: "from", egress: "to" } as const;
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

function isWorld(cidr: unknown): boolean {
    return typeof cidr === "string" && cidr.endsWith("/0");
}

function judgePeer(policy: PolicyFact, direction: Direction, peer: unknown): Finding[] {
    const side = `${direction} rule`;
    if (isUnknown(peer)) {
        return [notJudged(policy, `a peer of an ${side} is known only at the update`)];
    }
    const keys = ["podSelector", "namespaceSelector", "ipBlock"];
    if (keys.every((key) => read(peer, [key]).state === "absent")) {
        return [
            violated(policy, `a peer of an ${side} is empty; select pods, namespaces or addresses`),
        ];
    }
    const cidr = read(peer, ["ipBlock", "cidr"]);
    if (cidr.state === "unknown") {
        return [notJudged(policy, `an address of an ${side} is known only at the update`)];
    }
    const isOpen = cidr.state === "known" && isWorld(cidr.value);
    const except = read(peer, ["ipBlock", "except"]);
    if (
        isOpen &&
        (except.state === "unknown" || readList(peer, "ipBlock", "except").some(isUnknown))
    ) {
        return [notJudged(policy, `what an ${side} excepts is known only at the update`)];
    }
    const open = isOpen && readList(peer, "ipBlock", "except").length === 0;
    return open
        ? [
              violated(
                  policy,
                  `an ${side} allows ${String(cidr.value)} without except; name the addresses, or except those inside the cluster`,
              ),
          ]
        : [];
}

function judgeRules(policy: PolicyFact): Finding[] {
    return DIRECTIONS.flatMap((direction) => {
        if (read(policy.inputs, ["spec", direction]).state === "unknown") {
            return [notJudged(policy, `its ${direction} rules are known only at the update`)];
        }
        return readList(policy.inputs, "spec", direction).flatMap((rule) => {
            const peers = read(rule, [PEERS[direction]]);
            if (peers.state === "unknown") {
                return [notJudged(policy, `an ${direction} rule is known only at the update`)];
            }
            const list = readList(rule, PEERS[direction]);
            return list.length === 0
                ? [
                      violated(
                          policy,
                          `an ${direction} rule has no ${PEERS[direction]} and so allows everybody; name the peers`,
                      ),
                  ]
                : list.flatMap((peer) => judgePeer(policy, direction, peer));
        });
    });
}

/** Cilium's own policies can allow everything too. */
function judgeCilium(policy: PolicyFact): Finding[] {
    const rules = [
        read(policy.inputs, ["spec"]),
        ...readList(policy.inputs, "specs").map((spec) => read(spec, [])),
    ];
    return rules.flatMap((spec) => {
        if (spec.state === "absent") {
            return [];
        }
        if (spec.state === "unknown" || holdsUnknown(spec.value)) {
            return [notJudged(policy, "part of its rules is known only at the update")];
        }
        return DIRECTIONS.flatMap((direction) =>
            readList(spec.value, direction).flatMap((rule) => {
                const side = PEERS[direction];
                const everybody =
                    readList(rule, `${side}Entities`).includes("all") ||
                    readList(rule, `${side}CIDR`).some(isWorld);
                return everybody
                    ? [violated(policy, `an ${direction} rule allows everybody; name the peers`)]
                    : [];
            }),
        );
    });
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
        "Checks that every namespace denies ingress and egress by default and that no network policy allows everybody.",
    severity: "critical",
    remediation: "Declare the namespace with components/base/namespace.ts and its flows as data.",
    judgeStack: (facts) => {
        const policies = facts.objects("networking.k8s.io", "NetworkPolicy");
        const cilium = ["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"].flatMap((kind) =>
            facts.objects("cilium.io", kind),
        );
        const paths = judgePaths(facts);
        return {
            subjects: namespacesOf(facts).length + policies.length + cilium.length + paths.subjects,
            judged: [...namespacesOf(facts).map(({ fact }) => fact), ...policies, ...cilium],
            findings: [
                ...judgeNamespace(facts, policies),
                ...policies.flatMap(judgeRules),
                ...cilium.flatMap(judgeCilium),
                ...paths.findings,
            ],
        };
    },
};
