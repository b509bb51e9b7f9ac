/**
 * Who may call whom in the mesh, as ztunnel decides it: a DENY policy that matches refuses; where
 * ALLOW policies apply, one of them has to match; where none applies, everybody may.
 *
 * istio 1.30.3: pilot/pkg/serviceregistry/ambient/authorization.go (what becomes of a policy),
 * ztunnel 1.30.3: src/rbac.rs (how it matches).
 */
import type { ObjectOf } from "../../kernel/facts";
import { allOf, anyOf, not, type Ternary } from "../../kernel/ternary";
import { isTree, isUnknown, read, readList, readString } from "../../kernel/tree";
import type { LabelledPods } from "../references/pods";
import { asSelector } from "../references/selecting";
import type { StackView } from "../references/stack-view";

/** What a connection shows of itself. */
export interface Caller {
    readonly namespace: string;
    readonly account: string;
}

/** Fields of a source that ztunnel knows, each with what of a caller it is compared with. */
const SOURCES: Readonly<Record<string, (caller: Caller, home: string) => readonly string[]>> = {
    principals: ({ namespace, account }) => [`cluster.local/ns/${namespace}/sa/${account}`],
    namespaces: ({ namespace }) => [namespace],
    serviceAccounts: ({ namespace, account }, home) => [
        `${namespace}/${account}`,
        ...(namespace === home ? [account] : []),
    ],
};

/** Somebody who shows no certificate. */
export const NOBODY = undefined;

/** Exact, `prefix*`, `*suffix`, or `*` for whatever is not empty. */
function matches(pattern: string, text: string): boolean {
    if (pattern === "*") {
        return text !== "";
    }
    return pattern.startsWith("*")
        ? text.endsWith(pattern.slice(1))
        : pattern.endsWith("*")
          ? text.startsWith(pattern.slice(0, -1))
          : pattern === text;
}

function negated(field: string): string {
    return `not${field.charAt(0).toUpperCase()}${field.slice(1)}`;
}

/** Whether lists of wanted and unwanted values let one through; an empty list says nothing. */
function passes(tree: unknown, field: string, isOne: (value: string) => boolean): Ternary {
    const of = (name: string): Ternary | undefined => {
        const reading = read(tree, [name]);
        const list = readList(tree, name);
        return reading.state === "unknown" || list.some(isUnknown)
            ? "unknown"
            : list.length === 0
              ? undefined
              : list.map(String).some(isOne);
    };
    return allOf([of(field) ?? true, not(of(negated(field)) ?? false)]);
}

/** Fields of a source and an operation that only a proxy that reads requests can compare. */
const OF_REQUESTS = [
    ...["requestPrincipals", "remoteIpBlocks", "hosts", "methods", "paths"],
    ...["notRequestPrincipals", "notRemoteIpBlocks", "notHosts", "notMethods", "notPaths"],
];

function readsRequests(tree: unknown): boolean {
    return OF_REQUESTS.some((field) => readList(tree, field).length > 0);
}

function matchesSource(source: unknown, caller: Caller | undefined, home: string): Ternary {
    const addresses = ["ipBlocks", "notIpBlocks"];
    return allOf([
        ...Object.entries(SOURCES).map(([field, valuesOf]) =>
            passes(source, field, (pattern) =>
                (caller === undefined ? [] : valuesOf(caller, home)).some((value) =>
                    matches(pattern, value),
                ),
            ),
        ),
        // Addresses of pods are known to nobody before they run.
        addresses.some((field) => read(source, [field]).state !== "absent") ? "unknown" : true,
    ]);
}

/** Some of the parts that a clause of a rule lists; a clause that is not there is about everything. */
function clause(
    rule: unknown,
    [list, part]: readonly [string, string],
    test: (tree: unknown) => Ternary,
): Ternary {
    const reading = read(rule, [list]);
    if (reading.state === "unknown") {
        return "unknown";
    }
    const entries = readList(rule, list);
    return entries.length === 0
        ? true
        : anyOf(
              entries.map((entry) => {
                  const inner = read(entry, [part]);
                  return inner.state === "unknown"
                      ? "unknown"
                      : test(inner.state === "known" ? inner.value : {});
              }),
          );
}

/** Whether the sources of a rule hold a caller. */
export function admits(rule: unknown, caller: Caller | undefined, home: string): Ternary {
    return clause(rule, ["from", "source"], (source) => matchesSource(source, caller, home));
}

/** Whether a rule matches a connection; what ztunnel cannot see makes an ALLOW rule match nothing. */
function matchesRule(rule: unknown, { caller, home, port, denies }: Question): Ternary {
    if (!isTree(rule)) {
        return "unknown";
    }
    const parts = [
        ...readList(rule, "from").map((entry) => read(entry, ["source"])),
        ...readList(rule, "to").map((entry) => read(entry, ["operation"])),
    ];
    const isAboutRequests = parts.some(
        (reading) => reading.state === "known" && readsRequests(reading.value),
    );
    if (isAboutRequests && !denies) {
        return false;
    }
    return allOf([
        admits(rule, caller, home),
        clause(rule, ["to", "operation"], (operation) =>
            passes(operation, "ports", (wanted) => wanted === String(port)),
        ),
        read(rule, ["when"]).state === "absent" ? true : "unknown",
    ]);
}

interface Question {
    readonly caller: Caller;
    /** Namespace of the policy. */
    readonly home: string;
    readonly port: number;
    /** It is asked of a policy that denies. */
    readonly denies: boolean;
}

/** The AuthorizationPolicies of a stack. */
export class Authorizations {
    private readonly policies: {
        readonly fact: ObjectOf;
        readonly own: ReadonlySet<LabelledPods>;
        readonly maybe: ReadonlySet<LabelledPods>;
    }[];

    /** @param root the namespace whose policies are about the whole mesh */
    constructor(facts: readonly ObjectOf[], { selector, inventory }: StackView, root: string) {
        const namespaces = [...inventory.pods.keys()];
        this.policies = facts
            // What names a waypoint is for the waypoint.
            .filter(({ inputs }) =>
                ["targetRef", "targetRefs"].every(
                    (field) => read(inputs, ["spec", field]).state === "absent",
                ),
            )
            .map((fact) => {
                const { namespace = "" } = fact.object;
                const isRoot = namespace === root;
                const wanted = read(fact.inputs, ["spec", "selector"]);
                const reading = wanted.state === "absent" ? asSelector({}) : wanted;
                const found = (isRoot ? namespaces : [namespace]).map((name) =>
                    selector.pods(name, reading),
                );
                return {
                    fact,
                    own: new Set(found.flatMap(({ pods }) => pods)),
                    maybe: new Set(found.flatMap(({ maybe }) => maybe)),
                };
            });
    }

    /** Whether a caller with an identity may open a port of pods. */
    allows(caller: Caller, to: LabelledPods, port: number): Ternary {
        const applying = this.policies.filter(({ own, maybe }) => own.has(to) || maybe.has(to));
        const verdicts = (action: "ALLOW" | "DENY"): Ternary[] =>
            applying.flatMap(({ fact, maybe }): Ternary[] => {
                const said = read(fact.inputs, ["spec", "action"]);
                const rules = read(fact.inputs, ["spec", "rules"]);
                if (said.state === "unknown" || rules.state === "unknown") {
                    return ["unknown"];
                }
                if ((readString(fact.inputs, "spec", "action") ?? "ALLOW") !== action) {
                    return [];
                }
                const home = fact.object.namespace ?? "";
                const question = { caller, home, port, denies: action === "DENY" };
                const answer = anyOf(
                    readList(fact.inputs, "spec", "rules").map((rule) =>
                        matchesRule(rule, question),
                    ),
                );
                return [maybe.has(to) && answer === true ? "unknown" : answer];
            });
        const allowing = verdicts("ALLOW");
        return allOf([
            not(anyOf(verdicts("DENY"))),
            allowing.length === 0 ? true : anyOf(allowing),
        ]);
    }
}

/** What pods show of themselves. */
export function callerOf({ namespace, podSpec }: LabelledPods): Caller {
    return { namespace, account: readString(podSpec, "serviceAccountName") ?? "default" };
}
