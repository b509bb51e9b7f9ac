/** HA-09: systems that decide by majority keep one when a member is gone. */
import { operatedPods, type PodsMade, unjudgedPods } from "../../engines/operated/made";
import { type Finding, type StackCriterion, violated } from "../../kernel/criterion";

const MINIMUM = 3;

/** Members that elect, of one resource or of several. */
interface Quorum {
    readonly what: string;
    readonly first: PodsMade["fact"];
    readonly members: number;
}

function quorumsOf(made: readonly PodsMade[]): Quorum[] {
    const quorums = new Map<string, Quorum>();
    for (const { fact, pods } of made) {
        const { votes, electorate, count } = pods;
        if (votes === undefined) {
            continue;
        }
        const together =
            electorate === undefined
                ? fact.urn
                : `${fact.object.namespace ?? "default"}/${electorate}`;
        const key = `${together} ${votes}`;
        const { first, members } = quorums.get(key) ?? { first: fact, members: 0 };
        quorums.set(key, { what: votes, first, members: members + count });
    }
    return [...quorums.values()];
}

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
        const found = quorumsOf(operatedPods(facts).made);
        return {
            subjects: found.length,
            judged: found.map(({ first }) => first),
            findings: [...unjudgedPods(facts), ...found.flatMap(judgeQuorum)],
        };
    },
};
