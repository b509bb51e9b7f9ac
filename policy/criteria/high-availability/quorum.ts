/** HA-09: systems that decide by majority keep one when a member is gone. */
import { unjudgedPods } from "../../engines/operated/made";
import { type Quorum, quorumsOf } from "../../engines/operated/quorums";
import { type Finding, type StackCriterion, violated } from "../../kernel/criterion";

const MINIMUM = 3;

function judgeQuorum({ what, first, members }: Quorum): Finding[] {
    return members >= MINIMUM && members % 2 === 1
        ? []
        : [
              violated(
                  first,
                  `the number of ${what} is ${members}; use an odd number from ${MINIMUM} on`,
              ),
          ];
}

/** HA-09. */
export const quorums: StackCriterion = {
    id: "HA-09",
    followsProfile: true,
    name: "ha-09-quorum",
    description: "Checks that systems that decide by majority have an odd number of at least 3.",
    severity: "high",
    remediation: 'Take the number from `settings.replicas("critical")`.',
    judgeStack: (facts) => {
        const found = quorumsOf(facts);
        return {
            subjects: found.length,
            judged: found.map(({ first }) => first),
            findings: [...unjudgedPods(facts), ...found.flatMap(judgeQuorum)],
        };
    },
};
