/** SEC-14: keys do not stay the same for ever. */
import type { StackCriterion } from "../../kernel/criterion";
import { judgeExpectation } from "../../kernel/expectation";
import { flagOf, type Program, programsOf } from "../../kubernetes/programs";
import type { Reading } from "../../kernel/tree";
import { parseDays } from "../../kubernetes/durations";
import { judgeAges } from "./secret-ages";

/** bitnami/sealed-secrets cmd/controller/main.go; the second is the older name. */
function periodOf(program: Program): Reading {
    const period = flagOf(program, "key-renew-period");
    return period.state === "absent" ? flagOf(program, "rotate-period") : period;
}

/** SEC-14. */
export const keyRenewal: StackCriterion = {
    id: "SEC-14",
    name: "sec-14-key-renewal",
    description:
        "Checks that the controller of Sealed Secrets makes a new sealing key regularly, and that somebody is told when a secret is older than its period.",
    severity: "medium",
    remediation:
        "Set `systems.sealedSecrets.keyRenewal` in the settings, and have the ages of secrets watched.",
    judgeStack: (facts) => {
        const controllers = programsOf(facts, "sealed-secrets-controller");
        const ages = judgeAges(facts);
        return {
            subjects: controllers.length + ages.subjects,
            judged: [...controllers.map(({ fact }) => fact), ...(ages.judged ?? [])],
            findings: controllers
                .flatMap((program) =>
                    judgeExpectation(program.fact, {
                        what: "the flag --key-renew-period",
                        reading: periodOf(program),
                        good: (value) => (parseDays(value) ?? 0) > 0,
                        wanted: "set a period such as 720h",
                        // The controller's default is 30 days.
                        absentIsGood: true,
                    }),
                )
                .concat(ages.findings),
        };
    },
};
