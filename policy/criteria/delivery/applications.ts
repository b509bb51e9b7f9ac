/** CI-01: what everything stands on changes only when somebody watches. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { type Expectation, judgeExpectation } from "../../kernel/expectation";
import type { Fact } from "../../kernel/facts";
import { allOf, type Ternary, switchAt } from "../../kernel/ternary";
import { isUnknown, read, readList, readString } from "../../kernel/tree";

/** Network, certificates, load balancing and storage: charts or names of such applications. */
const CRITICAL =
    /^(?:cilium|calico|cert-manager|metallb|rook-ceph|rook-ceph-cluster|ceph-csi[a-z-]*|longhorn)$/;

/** Where the specification of an application stands, by kind. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
    Application: ["spec"],
    ApplicationSet: ["spec", "template", "spec"],
};

function sourcesOf(inputs: unknown, path: readonly string[]): readonly unknown[] {
    const single = read(inputs, [...path, "source"]);
    return [
        ...(single.state === "known" ? [single.value] : []),
        ...readList(inputs, ...path, "sources"),
    ];
}

/** Whether the application is one that everything stands on. */
function isCritical(name: string, inputs: unknown, path: readonly string[]): Ternary {
    const hidden =
        ["source", "sources"].some((field) => read(inputs, [...path, field]).state === "unknown") ||
        sourcesOf(inputs, path).some(
            (source) => isUnknown(source) || read(source, ["chart"]).state === "unknown",
        );
    const charts = sourcesOf(inputs, path).map((source) => readString(source, "chart") ?? "");
    return [name, ...charts].some((word) => CRITICAL.test(word)) || (hidden ? "unknown" : false);
}

/** Whether Argo CD syncs by itself: `automated` is there, be it empty, and not switched off. */
function isAutomated(inputs: unknown, path: readonly string[]): Ternary {
    const automated = read(inputs, [...path, "syncPolicy", "automated"]);
    return automated.state === "unknown"
        ? "unknown"
        : allOf([
              automated.state === "known",
              switchAt(inputs, [...path, "syncPolicy", "automated", "enabled"], true),
          ]);
}

function judgeAutomatic(fact: Fact, path: readonly string[]): Finding[] {
    const policy = [...path, "syncPolicy"];
    const expectations: Expectation[] = [
        {
            what: [...policy, "automated", "selfHeal"].join("."),
            reading: read(fact.inputs, [...policy, "automated", "selfHeal"]),
            good: (value) => value === true,
            wanted: "set it to true",
        },
        {
            what: [...policy, "retry", "limit"].join("."),
            reading: read(fact.inputs, [...policy, "retry", "limit"]),
            // A negative limit means for ever.
            good: (value) => Number(value) !== 0,
            wanted: "retry a sync that failed",
        },
    ];
    return expectations.flatMap((expectation) => judgeExpectation(fact, expectation));
}

function judgeApplication(fact: Fact, name: string, path: readonly string[]): Finding[] {
    const critical = isCritical(name, fact.inputs, path);
    const automated = isAutomated(fact.inputs, path);
    if (critical === "unknown" || automated === "unknown") {
        return [notJudged(fact, "how it syncs is known only at the update")];
    }
    if (critical) {
        return automated
            ? [
                  violated(
                      fact,
                      "everything stands on it, and it syncs by itself; drop syncPolicy.automated",
                  ),
              ]
            : [];
    }
    return automated
        ? judgeAutomatic(fact, path)
        : [violated(fact, "it syncs only by hand; set syncPolicy.automated")];
}

/** CI-01. */
export const applications: StackCriterion = {
    id: "CI-01",
    name: "ci-01-application-sync",
    description:
        "Checks that Argo CD syncs network, certificates, load balancing and storage by hand, and all else by itself with self-heal and retries.",
    severity: "medium",
    remediation: "Correct `syncPolicy` of the Application.",
    judgeStack: (facts) => {
        const found = Object.entries(PATHS).flatMap(([kind, path]) =>
            facts.objects("argoproj.io", kind).map((fact) => ({ fact, path })),
        );
        return {
            subjects: found.length,
            judged: found.map(({ fact }) => fact),
            findings: found.flatMap(({ fact, path }) =>
                judgeApplication(fact, fact.object.name, path),
            ),
        };
    },
};
