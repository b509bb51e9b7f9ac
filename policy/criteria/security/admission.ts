/** SEC-05: the cluster itself refuses what the program would never declare. */
import { admissionExemptions } from "../../../trust/admission-exemptions";
import {
    type Finding,
    type Judgement,
    notJudged,
    type StackCriterion,
    violated,
} from "../../kernel/criterion";
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { namespacesOf } from "../../kubernetes/namespaces";
import { holdsUnknown, read, readTree, type Tree } from "../../kernel/tree";
import { type AdmissionAnswer, ask } from "../../engines/admission/expressions";
import { type Probe, admissionProbes, soundPod } from "../../engines/admission/probes";
import { controllersOf, judgeControllers } from "../../engines/admission/kyverno";
import { judgeSettings } from "../../engines/admission/kyverno-settings";
import { judgeSignatures } from "../../engines/admission/image-signatures";
import { judgeExceptions } from "../../engines/admission/policy-exceptions";
import { disqualification } from "../../engines/admission/matching";
import { judgeEngines } from "../../engines/admission/two-engines";

/** A policy with what keeps it from counting. */
interface AdmissionPolicy {
    readonly fact: ObjectOf;
    readonly spec: Tree;
    /** Why it does not enforce, though it may say so. */
    readonly disqualified?: string;
    readonly unknown: boolean;
}

function toPolicy(fact: ObjectOf, namespaces: readonly string[]): AdmissionPolicy {
    const spec = readTree(fact.inputs, "spec");
    return {
        fact,
        spec,
        disqualified: disqualification(spec, namespaces),
        unknown: read(fact.inputs, ["spec"]).state === "unknown" || holdsUnknown(spec),
    };
}

function answers(policies: readonly AdmissionPolicy[], wanted: AdmissionAnswer, pod: unknown) {
    return policies.filter(({ spec, unknown }) => !unknown && ask(spec, pod) === wanted);
}

function judgeProbe(home: Fact, policies: readonly AdmissionPolicy[], probe: Probe): Finding[] {
    const refusing = answers(policies, "refuses", probe.pod);
    if (refusing.some(({ disqualified }) => disqualified === undefined)) {
        return [];
    }
    const [inName] = refusing;
    if (inName !== undefined) {
        const { fact, disqualified = "" } = inName;
        return [violated(fact, `${probe.what} are not refused: ${disqualified}`)];
    }
    const unsure =
        policies.some(({ unknown }) => unknown) ||
        answers(policies, "unclear", probe.pod).length > 0;
    return unsure
        ? [notJudged(home, `whether ${probe.what} are refused cannot be said before the update`)]
        : [violated(home, `no admission policy refuses ${probe.what}; add one`)];
}

function judgeAdmission(facts: Facts, home: Fact, policies: readonly AdmissionPolicy[]): Judgement {
    const tooStrict = answers(policies, "refuses", soundPod).map(({ fact }) =>
        violated(fact, "it refuses even a pod that does everything right; correct its expression"),
    );
    return {
        subjects: admissionProbes.length,
        judged: [...policies.map(({ fact }) => fact), ...controllersOf(facts)],
        findings: [
            ...tooStrict,
            ...admissionProbes.flatMap((probe) => judgeProbe(home, policies, probe)),
            ...judgeControllers(facts),
            ...judgeSettings(facts),
            ...judgeEngines(facts),
            ...judgeSignatures(facts),
            ...judgeExceptions(
                facts,
                policies.map(({ fact, spec }) => ({ name: fact.object.name, spec })),
            ),
        ],
    };
}

/** SEC-05. */
export const admission: StackCriterion = {
    id: "SEC-05",
    name: "sec-05-admission-control",
    description:
        "Checks that Kyverno refuses eight kinds of unsafe pods everywhere but in listed namespaces, lets be what exceptions name and nothing else, verifies images whose sources sign them, fails closed, is highly available and the only engine that refuses.",
    severity: "critical",
    remediation:
        "Correct components/security/kyverno-policies.ts, or the replicas in components/security/kyverno.ts.",
    judgeStack: (facts) => {
        const objects = facts.objects("policies.kyverno.io", "ValidatingPolicy");
        const home = controllersOf(facts)[0] ?? objects[0];
        if (home === undefined) {
            const findings = judgeEngines(facts);
            return { subjects: findings.length, findings };
        }
        const namespaces = namespacesOf(facts)
            .map(({ name }) => name)
            .filter((name) => !(name in admissionExemptions));
        const policies = objects.map((fact) => toPolicy(fact, namespaces));
        return judgeAdmission(facts, home, policies);
    },
};
