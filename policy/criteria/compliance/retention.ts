/** CMP-05: how long things are kept is written down, in the stack and in docs/retention.md. */
import type { Finding, Judgement, ResourceCriterion } from "../../kernel/criterion";
import type { Retention } from "../../../operators/behaviour";
import { behaviours } from "../../../operators";
import { toPath } from "../../engines/operated/fields";
import type { Fact } from "../../kernel/facts";
import { type Expectation, judgeExpectation } from "../../kernel/expectation";
import { parseDays } from "../../kubernetes/durations";
import { read } from "../../kernel/tree";
import { lifecyclesIn } from "../../kubernetes/elasticsearch";
import { logRetention, lokiSettings } from "../../kubernetes/loki";
import { tempoSettings } from "../../kubernetes/tempo";

/** Days that are allowed for what rooms in operators/ call so; more than one where tiers differ. */
const DAYS: Readonly<Record<string, readonly number[]>> = {
    "Backups of namespaces, by tier": [7, 30, 90],
    "Backups of databases": [30],
    "Backups of databases, by the plugin": [30],
    Metrics: [30],
    Logs: [30],
    Traces: [7],
    "Evidence and traces in Elasticsearch": [7, 30],
    "Reports of crashed storage daemons": [30],
};

/** One row of the table in docs/retention.md. */
export interface RetentionRow extends Retention {
    /** `<group>/<Kind>` that says it. */
    readonly kind: string;
    readonly days: readonly number[];
}

/** Loki says it in a file, not in a field; the key is where that lies in its ConfigMap. */
const OF_LOGS: RetentionRow = {
    what: "Logs",
    kind: "ConfigMap",
    path: "limits_config.retention_period",
    days: DAYS.Logs ?? [],
};

/** So does Tempo, which keeps 14 days without a word (modules/compactor). */
const OF_TRACES: RetentionRow = {
    what: "Traces",
    kind: "ConfigMap",
    path: "compactor.compaction.block_retention",
    days: DAYS.Traces ?? [],
};

/** And Elasticsearch in lifecycles, which a Job writes from its ConfigMap; without one it keeps all. */
const OF_EVIDENCE: RetentionRow = {
    what: "Evidence and traces in Elasticsearch",
    kind: "ConfigMap",
    path: "phases.delete.min_age",
    days: DAYS["Evidence and traces in Elasticsearch"] ?? [],
};

/** The table. */
export const retentions: readonly RetentionRow[] = [
    ...[...behaviours.values()].flatMap(({ kind, retention: said }) =>
        said === undefined ? [] : [{ ...said, kind, days: DAYS[said.what] ?? [] }],
    ),
    OF_LOGS,
    OF_TRACES,
    OF_EVIDENCE,
];

function judgeLogs(fact: Fact): Judgement | undefined {
    const settings = lokiSettings(fact.inputs);
    // Of one that is known only at the update nobody can say whether it is Loki's.
    if (settings.state !== "known") {
        return undefined;
    }
    const { path, days } = OF_LOGS;
    const demand: Expectation = {
        what: `${path}, with compactor.retention_enabled,`,
        reading: logRetention(settings.value),
        good: (value) => days.includes(parseDays(value) ?? Number.NaN),
        wanted: `keep ${days.join(", ")} days, as docs/retention.md says`,
    };
    return { subjects: 1, findings: judgeExpectation(fact, demand) };
}

function judgeTraces(fact: Fact): Judgement | undefined {
    const settings = tempoSettings(fact.inputs);
    if (settings.state !== "known") {
        return undefined;
    }
    const { path, days } = OF_TRACES;
    const demand: Expectation = {
        what: path,
        reading: read(settings.value, toPath(path)),
        good: (value) => days.includes(parseDays(value) ?? Number.NaN),
        wanted: `keep ${days.join(", ")} days, as docs/retention.md says`,
    };
    return { subjects: 1, findings: judgeExpectation(fact, demand) };
}

function judgeEvidence(fact: Fact): Judgement | undefined {
    const found = lifecyclesIn(fact.inputs);
    if (found === undefined) {
        return undefined;
    }
    const { path, days } = OF_EVIDENCE;
    const names = found.lifecycles.map(({ name }) => name);
    const demands: Expectation[] = [
        ...found.lifecycles.map(({ name, deletedAfter }) => ({
            what: `${path} of the lifecycle ${name}`,
            reading: deletedAfter,
            good: (value: unknown) => days.includes(parseDays(value) ?? Number.NaN),
            wanted: `keep ${days.join(", ")} days, as docs/retention.md says`,
        })),
        ...found.templates.map(({ name, lifecycle }) => ({
            what: `index.lifecycle.name of the template ${name}`,
            reading: lifecycle,
            good: (value: unknown) => names.some((one) => one === value),
            wanted: `name one of ${names.join(", ")}`,
        })),
    ];
    return {
        subjects: demands.length,
        findings: demands.flatMap((demand) => judgeExpectation(fact, demand)),
    };
}

function judgeRetention(fact: Fact, { path, days }: RetentionRow): Finding[] {
    const demand: Expectation = {
        what: path,
        reading: read(fact.inputs, toPath(path)),
        good: (value) => days.includes(parseDays(value) ?? Number.NaN),
        wanted: `keep ${days.join(", ")} days, as docs/retention.md says`,
    };
    return judgeExpectation(fact, demand);
}

/** CMP-05. */
export const retention: ResourceCriterion = {
    id: "CMP-05",
    name: "cmp-05-retention",
    description:
        "Checks that what keeps backups, metrics or logs declares for how long, as the table in the documentation says.",
    severity: "medium",
    remediation: "Set the retention in the system, or change docs/retention.md with a reason.",
    judgeResource: (fact) => {
        const { object, inputs } = fact;
        if (object?.kind === "ConfigMap" && object.group === "") {
            return judgeLogs(fact) ?? judgeTraces(fact) ?? judgeEvidence(fact);
        }
        const row = retentions.find(
            ({ kind, when }) =>
                object !== undefined &&
                kind === `${object.group}/${object.kind}` &&
                (when === undefined || read(inputs, toPath(when)).state !== "absent"),
        );
        return row && { subjects: 1, findings: judgeRetention(fact, row) };
    },
};
