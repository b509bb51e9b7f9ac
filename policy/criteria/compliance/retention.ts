/** CMP-05: how long things are kept is written down, in the stack and in docs/retention.md. */
import type { Finding, ResourceCriterion } from "../../kernel/criterion";
import type { Fact } from "../../kernel/facts";
import { type Expectation, judgeExpectation } from "../../kernel/expectation";
import { parseDays } from "../../kubernetes/durations";
import { read } from "../../kernel/tree";

/** One row of the table in docs/retention.md. */
export interface RetentionRow {
    readonly what: string;
    /** `<group>/<Kind>` that says it. */
    readonly kind: string;
    readonly path: readonly string[];
    /** Days that are allowed; more than one where tiers differ. */
    readonly days: readonly number[];
    /** Where this is absent, the resource keeps nothing. */
    readonly when?: readonly string[];
}

/** The table. */
export const retentions: readonly RetentionRow[] = [
    {
        what: "Backups of namespaces, by tier",
        kind: "velero.io/Schedule",
        path: ["spec", "template", "ttl"],
        days: [7, 30, 90],
    },
    {
        what: "Backups of databases",
        kind: "postgresql.cnpg.io/Cluster",
        path: ["spec", "backup", "retentionPolicy"],
        days: [30],
        when: ["spec", "backup"],
    },
    {
        what: "Backups of databases, by the plugin",
        kind: "barmancloud.cnpg.io/ObjectStore",
        path: ["spec", "retentionPolicy"],
        days: [30],
    },
    {
        what: "Metrics",
        kind: "monitoring.coreos.com/Prometheus",
        path: ["spec", "retention"],
        days: [30],
    },
    {
        what: "Reports of crashed storage daemons",
        kind: "ceph.rook.io/CephCluster",
        path: ["spec", "crashCollector", "daysToRetain"],
        days: [30],
    },
];

function judgeRetention(fact: Fact, { path, days }: RetentionRow): Finding[] {
    const expectation: Expectation = {
        what: path.join("."),
        reading: read(fact.inputs, path),
        good: (value) => days.includes(parseDays(value) ?? Number.NaN),
        wanted: `keep ${days.join(", ")} days, as docs/retention.md says`,
    };
    return judgeExpectation(fact, expectation);
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
        const row = retentions.find(
            ({ kind, when }) =>
                object !== undefined &&
                kind === `${object.group}/${object.kind}` &&
                (when === undefined || read(inputs, when).state !== "absent"),
        );
        return row && { subjects: 1, findings: judgeRetention(fact, row) };
    },
};
