/** CMP-01: who did what outlives the machine on which it was written. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { logSources } from "../../engines/logs/readers";
import { parseDays } from "../../kubernetes/durations";
import { runsEverywhere } from "../../kubernetes/daemon-coverage";
import type { Facts } from "../../kernel/facts";
import { logRetention, lokiSettings } from "../../kubernetes/loki";
import { allOf, anyOf, type Ternary } from "../../kernel/ternary";
import { type Program, programsOf } from "../../kubernetes/programs";
import type { WorkloadFact } from "../../kubernetes/scaling";
import { holdsUnknown, read, readList, readString, readTree, showReading } from "../../kernel/tree";

/** Where the API server of Talos writes, on every control plane. */
const AUDIT = "/var/log/audit";
const LOGS = "/var/log";
const DAYS = 30;

function hostPaths({ workload }: WorkloadFact): string[] {
    return readList(workload.podSpec, "volumes").flatMap(
        (volume) => readString(volume, "hostPath", "path") ?? [],
    );
}

/** What reads the logs of nodes. */
function collectorsOf(facts: Facts): WorkloadFact[] {
    return facts
        .workloads()
        .filter(({ workload }) => workload.perNode)
        .filter((fact) => hostPaths(fact).some((path) => `${path}/`.startsWith(`${LOGS}/`)));
}

/** Whether the collector's files say that it reads the audit log. */
function namesAudit(facts: Facts, fact: WorkloadFact): Ternary {
    const own = logSources(facts).filter((source) => source.fact.key === fact.key);
    if (own.some(({ of }) => of === "audit")) {
        return true;
    }
    return own.some(({ complete }) => complete) ? false : mentionsAudit(facts, fact);
}

/** The same of a language that nobody here reads: whether the folder stands in it anywhere. */
function mentionsAudit(facts: Facts, { object, workload }: WorkloadFact): Ternary {
    const volumes = readList(workload.podSpec, "volumes");
    const projected = volumes.flatMap((volume) => readList(volume, "projected", "sources"));
    const sources = [...volumes, ...projected];
    const names = new Set(sources.map((source) => readString(source, "configMap", "name") ?? ""));
    const maps = facts
        .objects("", "ConfigMap")
        .filter((map) => map.object.namespace === object.namespace && names.has(map.object.name));
    const hidden =
        holdsUnknown(volumes) ||
        sources.some((source) =>
            ["secret"].some((field) => Object.keys(readTree(source, field)).length > 0),
        );
    return anyOf([
        ...maps.map(({ inputs }): Ternary => {
            const data = read(inputs, ["data"]);
            return data.state === "unknown" || holdsUnknown(data)
                ? "unknown"
                : JSON.stringify(readTree(inputs, "data")).includes(AUDIT);
        }),
        hidden ? "unknown" : false,
    ]);
}

function judgeCollectors(facts: Facts, collectors: readonly WorkloadFact[]): Finding[] {
    const checks = collectors.map((fact) => {
        const { everywhere, why } = runsEverywhere(fact.workload);
        const mounts = hostPaths(fact).some((path) => `${AUDIT}/`.startsWith(`${path}/`));
        const names = namesAudit(facts, fact);
        const faults = [
            ...(mounts ? [] : [`it mounts no directory that holds ${AUDIT}`]),
            ...(everywhere === false ? [why] : []),
            ...(names === false ? [`its configuration does not name ${AUDIT}`] : []),
        ];
        return { fact, faults, answer: allOf([mounts, everywhere, names]) };
    });
    const answer = anyOf(checks.map((check) => check.answer));
    if (answer === true) {
        return [];
    }
    return checks.flatMap(({ fact, faults }) =>
        faults.length === 0
            ? [notJudged(fact, "whether it reads the audit log is known only at the update")]
            : answer === "unknown"
              ? []
              : [
                    violated(
                        fact,
                        `the audit log of the API server is not shipped: ${faults[0] ?? ""}`,
                    ),
                ],
    );
}

/** For ever is long enough. */
function judgeStore(facts: Facts, { fact }: Program): Finding[] {
    const found = facts
        .objects("", "ConfigMap")
        .filter(({ object }) => object.namespace === fact.object.namespace)
        .map(({ inputs }) => lokiSettings(inputs));
    if (found.some(({ state }) => state === "unknown")) {
        return [notJudged(fact, "its configuration is known only at the update")];
    }
    const settings = found.find(({ state }) => state === "known");
    const period = settings?.state === "known" ? logRetention(settings.value) : undefined;
    const days = period?.state === "known" ? (parseDays(period.value) ?? 0) : 0;
    return period === undefined
        ? [notJudged(fact, "its configuration is in no ConfigMap of the stack")]
        : period.state !== "known" || days === 0 || days >= DAYS
          ? []
          : [
                violated(
                    fact,
                    `its limits_config.retention_period is ${showReading(period)}; keep logs for ${DAYS} days`,
                ),
            ];
}

/** CMP-01. */
export const auditLog: StackCriterion = {
    id: "CMP-01",
    name: "cmp-01-audit-log",
    description:
        "Checks that the audit log of the API server is collected from every control plane and kept for 30 days.",
    severity: "high",
    remediation: "Let the collector of logs read /var/log/audit, and keep logs for 30 days.",
    judgeStack: (facts) => {
        const collectors = collectorsOf(facts);
        const [store] = collectors.length === 0 ? [] : programsOf(facts, "loki");
        return {
            subjects: collectors.length + (store === undefined ? 0 : 1),
            judged: [...collectors, ...(store === undefined ? [] : [store.fact])],
            findings: [
                ...judgeCollectors(facts, collectors),
                ...(store === undefined ? [] : judgeStore(facts, store)),
            ],
        };
    },
};
