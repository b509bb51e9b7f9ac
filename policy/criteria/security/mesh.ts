/** SEC-07: in the mesh nobody speaks in the clear, and nobody may speak who is not allowed to. */
import * as yaml from "js-yaml";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { exactly, judgeExpectation } from "../../kernel/expectation";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { allOf, anyOf, type Ternary } from "../../kernel/ternary";
import { meshOf } from "../../engines/mesh/sides";
import { judgeCalls } from "./mesh-calls";
import { judgeMembers } from "./mesh-members";
import { isTree, read, readList, type Reading, readString, readTree } from "../../kernel/tree";

const GROUP = "security.istio.io";
/** istio pkg/config/constants: the namespace whose policies are about the whole mesh. */
const ROOT = "istio-system";

function rootNamespace(facts: Facts): Reading {
    const [istio] = facts.objects("sailoperator.io", "Istio");
    const named = read(istio?.inputs, ["spec", "values", "meshConfig", "rootNamespace"]);
    if (named.state !== "absent") {
        return named;
    }
    const configurations = facts
        .objects("", "ConfigMap")
        .filter(({ object }) => object.name === "istio")
        .map(({ inputs }) => read(inputs, ["data", "mesh"]));
    if (configurations.some(({ state }) => state === "unknown")) {
        return { state: "unknown" };
    }
    const roots = configurations.flatMap((mesh) =>
        mesh.state === "known" ? (rootIn(String(mesh.value)) ?? []) : [],
    );
    return { state: "known", value: roots[0] ?? ROOT };
}

function rootIn(mesh: string): string | undefined {
    try {
        return readString(yaml.load(mesh), "rootNamespace");
    } catch {
        return undefined;
    }
}

/** Whether an object is about everything in its namespace. */
function isWhole({ inputs }: ObjectOf): Ternary {
    const fields = ["selector", "targetRef", "targetRefs"];
    const readings = fields.map((field) => read(inputs, ["spec", field]));
    return allOf(
        readings.map(({ state }, index) =>
            state === "unknown"
                ? "unknown"
                : state === "absent" ||
                  Object.keys(readTree(inputs, "spec", fields[index] ?? "")).length +
                      readList(inputs, "spec", fields[index] ?? "").length ===
                      0,
        ),
    );
}

function judgeWeaker(fact: ObjectOf): Finding[] {
    const ports = read(fact.inputs, ["spec", "portLevelMtls"]);
    const modes = [
        { what: "spec.mtls.mode", reading: read(fact.inputs, ["spec", "mtls", "mode"]) },
        ...(ports.state === "unknown" ? [{ what: "spec.portLevelMtls", reading: ports }] : []),
        ...Object.entries(readTree(fact.inputs, "spec", "portLevelMtls")).map(([port, tls]) => ({
            what: `spec.portLevelMtls.${port}.mode`,
            reading: isTree(tls) ? read(tls, ["mode"]) : read(tls, []),
        })),
    ];
    return modes.flatMap(({ what, reading }) =>
        judgeExpectation(fact, {
            what,
            reading,
            good: (mode) => mode === "STRICT" || mode === "UNSET",
            wanted: exactly("STRICT").wanted,
            absentIsGood: true,
        }),
    );
}

function strictEverywhere({ inputs }: ObjectOf): Ternary {
    const mode = read(inputs, ["spec", "mtls", "mode"]);
    return mode.state === "unknown" ? "unknown" : mode.state === "known" && mode.value === "STRICT";
}

/** A policy that allows and names nothing denies everything. */
function deniesAll({ inputs }: ObjectOf): Ternary {
    const action = read(inputs, ["spec", "action"]);
    const rules = read(inputs, ["spec", "rules"]);
    if (action.state === "unknown" || rules.state === "unknown") {
        return "unknown";
    }
    const allows = action.state === "absent" || action.value === "ALLOW";
    return allows && readList(inputs, "spec", "rules").length === 0;
}

function judgeRoot(
    facts: Facts,
    mesh: ObjectOf,
    root: Reading,
    kind: string,
    good: (fact: ObjectOf) => Ternary,
    wanted: string,
): Finding[] {
    const answer =
        root.state === "unknown"
            ? "unknown"
            : anyOf(
                  facts
                      .objects(GROUP, kind)
                      .filter(
                          ({ object }) => root.state === "known" && object.namespace === root.value,
                      )
                      .map((fact) => allOf([isWhole(fact), good(fact)])),
              );
    return answer === true
        ? []
        : answer === "unknown"
          ? [notJudged(mesh, `whether ${wanted} is known only at the update`)]
          : [violated(mesh, `it is not so that ${wanted}`)];
}

/** SEC-07. */
export const mesh: StackCriterion = {
    id: "SEC-07",
    name: "sec-07-mesh",
    description:
        "Checks that the mesh accepts only mutual TLS everywhere, and denies what no policy allows.",
    severity: "high",
    remediation:
        "Declare a PeerAuthentication STRICT and an AuthorizationPolicy with an empty spec in the root namespace; none weaker elsewhere.",
    judgeStack: (facts) => {
        const control = meshOf(facts);
        if (control === undefined) {
            return { subjects: 0, findings: [] };
        }
        const root = rootNamespace(facts);
        const name = root.state === "known" ? String(root.value) : ROOT;
        const members = judgeMembers(facts);
        const calls = judgeCalls(facts, name);
        const named = root.state === "known" ? String(root.value) : "the root namespace";
        const peers = facts.objects(GROUP, "PeerAuthentication");
        return {
            subjects: 2 + peers.length + members.subjects + calls.subjects,
            judged: [control, ...peers, ...facts.objects(GROUP, "AuthorizationPolicy")],
            findings: [
                ...judgeRoot(
                    facts,
                    control,
                    root,
                    "PeerAuthentication",
                    strictEverywhere,
                    `a PeerAuthentication in ${named} is STRICT for the whole mesh`,
                ),
                ...judgeRoot(
                    facts,
                    control,
                    root,
                    "AuthorizationPolicy",
                    deniesAll,
                    `an AuthorizationPolicy in ${named} denies everything by default`,
                ),
                ...peers.flatMap(judgeWeaker),
                ...members.findings,
                ...calls.findings,
            ],
        };
    },
};
