/** CMP-03: what breaks a policy, and what is vulnerable, is on record. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { judgeExpectation } from "../../kernel/expectation";
import type { Facts } from "../../kernel/facts";
import { flagOf, type Program, programsOf, variableOf } from "../../kubernetes/programs";

/** kyverno cmd/reports-controller/main.go; each is on unless the flag says otherwise. */
const FLAGS = ["policyReports", "admissionReports", "backgroundScan"];
/** trivy-operator pkg/operator/etc/config.go; likewise. */
const SCANNER = "OPERATOR_VULNERABILITY_SCANNER_ENABLED";

function judgeKyverno(facts: Facts, { fact }: Program): Finding[] {
    const [controller] = programsOf(facts, "reports-controller");
    return controller === undefined
        ? [violated(fact, "no reports controller of Kyverno runs beside it; turn it on")]
        : FLAGS.flatMap((flag) =>
              judgeExpectation(controller.fact, {
                  what: `the flag --${flag}`,
                  reading: flagOf(controller, flag),
                  good: (value) => value === "true",
                  wanted: "turn it on",
                  absentIsGood: true,
              }),
          );
}

function judgeTrivy(facts: Facts, program: Program): Finding[] {
    const { fact } = program;
    const reading = variableOf(facts, program, SCANNER);
    return reading.state === "hidden"
        ? [notJudged(fact, `the variable ${SCANNER} comes from an object that is not here`)]
        : judgeExpectation(fact, {
              what: `the variable ${SCANNER}`,
              reading,
              good: (value) => value === "true",
              wanted: "set it to true",
              absentIsGood: true,
          });
}

/** CMP-03. */
export const reports: StackCriterion = {
    id: "CMP-03",
    name: "cmp-03-reports",
    description:
        "Checks that Kyverno writes reports of policies, also of what was there before, and the Trivy operator reports of vulnerabilities.",
    severity: "medium",
    remediation:
        "Turn on the reports controller in components/security/kyverno.ts, and the vulnerability scanner of Trivy.",
    judgeStack: (facts) => {
        const [kyverno] = programsOf(facts, "kyverno");
        const scanners = programsOf(facts, "trivy-operator");
        return {
            subjects: (kyverno === undefined ? 0 : 1) + scanners.length,
            judged: [
                ...(kyverno === undefined ? [] : [kyverno.fact]),
                ...programsOf(facts, "reports-controller").map(({ fact }) => fact),
                ...scanners.map(({ fact }) => fact),
            ],
            findings: [
                ...(kyverno === undefined ? [] : judgeKyverno(facts, kyverno)),
                ...scanners.flatMap((program) => judgeTrivy(facts, program)),
            ],
        };
    },
};
