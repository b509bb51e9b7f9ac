/** CI-01: what everything stands on changes only when somebody watches. */
import { gates, syncGateLabel } from "../../../components/base/labels";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { type Expectation, judgeExpectation } from "../../kernel/expectation";
import { allOf, type Ternary, switchAt } from "../../kernel/ternary";
import { read, readString } from "../../kernel/tree";
import {
    type Declared,
    declaredApplications,
    labelsOf,
    sourcesOf,
    valuesOf,
} from "./argo-applications";

/** Network, certificates, load balancing and storage: charts, folders or names of such applications. */
const CRITICAL =
    /^(?:cilium|calico|flannel|cert-manager|trust-manager|metallb|kube-vip|rook-ceph|rook-ceph-cluster|ceph-csi[a-z-]*|longhorn|openebs)$/;

/** What the label of an application that waits may say. */
const GATES: ReadonlySet<string> = new Set(gates);

/**
 * Whether the application is one that everything stands on: by its name, a chart or the last folder
 * of its path, or because its label says what of that it owns.
 */
function isCritical(declared: Declared): Ternary {
    const label = read(labelsOf(declared), [syncGateLabel]);
    const sources = sourcesOf(declared);
    const words = [
        declared.name,
        ...valuesOf(declared, "metadata", "name"),
        ...["chart", "path"].flatMap((field) => [
            ...sources.map((source) => readString(source, field)),
            ...valuesOf(declared, "spec", "source", field),
        ]),
    ].map((word) => word?.replace(/\/+$/, "").split("/").at(-1) ?? "");
    const gated =
        label.state === "known" &&
        valuesOf(declared, "metadata", "labels", syncGateLabel).every(
            (gate) => gate === undefined || GATES.has(gate),
        );
    const isHidden =
        label.state === "unknown" ||
        sources.some(
            (source) =>
                source === undefined ||
                ["chart", "path"].some((field) => read(source, [field]).state === "unknown"),
        );
    return gated || words.some((word) => CRITICAL.test(word)) || (isHidden ? "unknown" : false);
}

/** Whether Argo CD syncs by itself: `automated` is there, be it empty, and not switched off. */
function isAutomated({ fact: { inputs }, path: template }: Declared): Ternary {
    const path = [...template, "spec"];
    const automated = read(inputs, [...path, "syncPolicy", "automated"]);
    return automated.state === "unknown"
        ? "unknown"
        : allOf([
              automated.state === "known",
              switchAt(inputs, [...path, "syncPolicy", "automated", "enabled"], true),
          ]);
}

function judgeAutomatic({ fact, path }: Declared): Finding[] {
    const policy = [...path, "spec", "syncPolicy"];
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
        // Upstream switches `automated` off then, whatever it says (docs: "Progressive Syncs").
        {
            what: "spec.strategy.type",
            reading:
                path.length === 0
                    ? { state: "absent" }
                    : read(fact.inputs, ["spec", "strategy", "type"]),
            good: (value) => value !== "RollingSync",
            wanted: "take it out, because it switches off the healing; make one set for each wave",
            absentIsGood: true,
        },
    ];
    return expectations.flatMap((expectation) => judgeExpectation(fact, expectation));
}

function judgeApplication(declared: Declared): Finding[] {
    const { fact } = declared;
    const critical = isCritical(declared);
    const automated = isAutomated(declared);
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
        ? judgeAutomatic(declared)
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
        const found = declaredApplications(facts);
        return {
            subjects: found.length,
            judged: found.map(({ fact }) => fact),
            findings: found.flatMap(judgeApplication),
        };
    },
};
