/** OBS-04: the logs of every pod and machine get to where they are kept, once. */
import { machineLogs } from "../../engines/logs/machines";
import { covers, loggedPods, type LogSource } from "../../engines/logs/sources";
import { logSources } from "../../engines/logs/readers";
import { allWorkloads } from "../../engines/operated/workloads";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { anyOf, type Ternary } from "../../kernel/ternary";
import { runsEverywhere } from "../../kubernetes/daemon-coverage";
import type { WorkloadFact } from "../../kubernetes/scaling";

function named({ fact, name }: LogSource): string {
    return `${fact.key} (${name})`;
}

function judgeSource(source: LogSource): Finding[] {
    const { fact, arrives, lost, by, of } = source;
    const { everywhere, why } = runsEverywhere(fact.workload);
    const what = of === "audit" ? "the audit log" : "logs";
    return [
        ...(arrives === true
            ? []
            : arrives === "unknown"
              ? [notJudged(fact, `where ${source.name} sends ${what} cannot be seen here`)]
              : [violated(fact, `${what} that ${source.name} reads reach no store: ${lost}`)]),
        ...(by === "API" || of === "audit" || everywhere === true
            ? []
            : everywhere === "unknown"
              ? [notJudged(fact, "on which nodes it runs is known only at the update")]
              : [violated(fact, `it does not read the logs of every node: ${why}`)]),
    ];
}

interface Reading {
    readonly fact: WorkloadFact;
    readonly read: Ternary;
    readonly by: readonly LogSource[];
}

/** Who reads whom. */
function readingsOf(facts: Facts, sources: readonly LogSource[]): Reading[] {
    const readers = sources.filter(({ of }) => of === "containers");
    return allWorkloads(facts).map((fact) => {
        const pods = loggedPods(facts, fact);
        const answers = readers.map((source) => ({ source, answer: covers(source, pods) }));
        return {
            fact,
            read: anyOf(answers.map(({ answer }) => answer)),
            by: answers.filter(({ answer }) => answer === true).map(({ source }) => source),
        };
    });
}

function judgeReading({ fact, read, by }: Reading): Finding[] {
    const [first, second] = by;
    if (first !== undefined && second !== undefined) {
        return [
            violated(
                fact,
                `its logs are read twice, by ${named(first)} and ${named(second)}; exclude it from one of them`,
            ),
        ];
    }
    return read === true
        ? []
        : read === "unknown"
          ? [notJudged(fact, "whether a collector reads its logs cannot be seen here")]
          : [violated(fact, "no collector reads its logs; take it out of what they exclude")];
}

/** OBS-04. */
export const logs: StackCriterion = {
    id: "OBS-04",
    name: "obs-04-logs",
    description:
        "Checks that the logs of every pod and machine, and the audit log, are read by one collector and reach every store.",
    severity: "medium",
    remediation:
        "Let systems.vector read every namespace that systems.alloy does not, send to every store, and have systems.fluentBit take what machines write.",
    judgeStack: (facts) => {
        const sources = logSources(facts);
        const readings = sources.length === 0 ? [] : readingsOf(facts, sources);
        const machines = sources.length === 0 ? { machines: [], findings: [] } : machineLogs(facts);
        const collectors = [...new Set(sources.map(({ fact }) => fact))];
        return {
            subjects: collectors.length + readings.length + machines.machines.length,
            judged: [...collectors, ...readings.map(({ fact }) => fact), ...machines.machines],
            findings: [
                ...sources.flatMap(judgeSource),
                ...readings.flatMap(judgeReading),
                ...machines.findings,
            ],
        };
    },
};
