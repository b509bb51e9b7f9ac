/** DR-07: what is backed up is restored each month, and somebody looks whether it is whole. */
import { keepsNothing, restoresAnnotation, restoresMark } from "../../../components/base/labels";
import { evaluatedAlerts, judgeWatches } from "../../engines/monitoring/alerts";
import { evaluatorsOf } from "../../engines/monitoring/prometheus";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { chartsThatMayBring, missingMay } from "../../kernel/missing-charts";
import { read } from "../../kernel/tree";
import { judgeSchedule } from "../../kubernetes/cron-job";
import { namespacesOf } from "../../kubernetes/namespaces";
import { watchAge } from "./ages";
import { statefulClaims } from "./coverage";
import { archivesItself, databasesOf } from "./wal-archive";

/** The longest month. */
const HOURS = 31 * 24;
/** Days after which somebody is told. */
const DAYS = 35;

/** Something that a restore test must restore. */
interface Subject {
    readonly fact: Fact;
    /** The word by which the annotation of a CronJob names it. */
    readonly mark: string;
    readonly wanted: string;
}

/** Restore tests by what they restore. */
interface Tests {
    readonly by: ReadonlyMap<string, readonly ObjectOf[]>;
    /** CronJobs that may restore anything: only the update will say. */
    readonly hidden: readonly ObjectOf[];
}

function testsOf(facts: Facts): Tests {
    const by = new Map<string, ObjectOf[]>();
    const hidden: ObjectOf[] = [];
    for (const job of facts.objects("batch", "CronJob")) {
        const answer = read(job.inputs, ["metadata", "annotations", restoresAnnotation]);
        if (answer.state === "unknown") {
            hidden.push(job);
        }
        const words = answer.state === "known" ? String(answer.value).split(/\s+/) : [];
        for (const word of words.filter((one) => one !== "")) {
            by.set(word, [...(by.get(word) ?? []), job]);
        }
    }
    return { by, hidden };
}

/** Whether a Namespace says that nothing in it is kept; DR-02 judges whether that may be. */
function keeps(facts: Facts, name: string): "nothing" | "something" | "unknown" {
    const [own] = facts.objects("", "Namespace").filter(({ object }) => object.name === name);
    const { state } = read(own?.inputs, ["metadata", "annotations", keepsNothing]);
    return state === "absent" ? "something" : state === "known" ? "nothing" : "unknown";
}

/** Namespaces with volumes that outlive their pods, without those of databases. */
function namespacesWithState(facts: Facts): Subject[] {
    const databases = new Set(databasesOf(facts).map(({ urn }) => urn));
    const names = new Set(
        statefulClaims(facts)
            .claims.filter(({ fact }) => !databases.has(fact.urn))
            .map(({ namespace }) => namespace),
    );
    return namespacesOf(facts)
        .filter(({ name }) => names.has(name) && keeps(facts, name) !== "nothing")
        .map(({ name, fact }) => ({
            fact,
            mark: restoresMark.namespace(name),
            wanted: "say beside its tier what its volumes must hold (restoreCheck)",
        }));
}

function databases(facts: Facts): Subject[] {
    return databasesOf(facts).map((fact) => ({
        fact,
        mark: restoresMark.database(fact.object.namespace ?? "", fact.object.name),
        wanted:
            archivesItself(facts, fact) === false
                ? "let it archive itself first (DR-06)"
                : "let a restore test make a copy of it from its archive",
    }));
}

function judgeSubject(facts: Facts, { fact, mark, wanted }: Subject, tests: Tests): Finding[] {
    if ((tests.by.get(mark) ?? []).length > 0) {
        return [];
    }
    const [kind, name = ""] = mark.split("/");
    const mend = tests.by.size === 0 ? "switch systems.restoreTests on" : wanted;
    return [
        tests.hidden.length > 0 || (kind === "namespace" && keeps(facts, name) === "unknown")
            ? notJudged(fact, "whether a restore test restores it is known only at the update")
            : violated(
                  fact,
                  `nobody knows whether it can be restored: no CronJob with the annotation ${restoresAnnotation} names ${mark}; ${mend}`,
              ),
    ];
}

/** Whether somebody is told when a restore test has not succeeded for long. */
function judgeAge(facts: Facts, test: ObjectOf): Finding[] {
    const { name, namespace = "" } = test.object;
    const charts = evaluatorsOf(facts).length === 0 ? chartsThatMayBring(facts, {}) : [];
    return charts.length > 0
        ? [notJudged(test, `its age is watched by nobody; ${missingMay(charts, "bring who does")}`)]
        : judgeWatches(
              test,
              [
                  watchAge(`the last restore of CronJob ${name} is older than ${DAYS} days`, {
                      namespace,
                      job: name,
                      seconds: DAYS * 24 * 3600,
                  }),
              ],
              evaluatedAlerts(facts),
          );
}

function judgeTest(facts: Facts, test: ObjectOf): Finding[] {
    return [
        ...judgeSchedule(test, (hours) => hours <= HOURS, "restore at least once a month"),
        ...judgeAge(facts, test),
    ];
}

/** DR-07. */
export const restoreTests: StackCriterion = {
    id: "DR-07",
    name: "dr-07-restore-tests",
    description:
        "Checks that the volumes of each namespace and each database are restored and checked at least once a month by a CronJob that names them, and that an alert fires when the last restore is older than 35 days.",
    severity: "critical",
    remediation:
        "Declare what proves that a restore is whole (restoreCheck) beside the tier of the namespace or the database, and let systems.restoreTests run.",
    judgeStack: (facts) => {
        const tests = testsOf(facts);
        const subjects = [...namespacesWithState(facts), ...databases(facts)];
        const { unknown } = statefulClaims(facts);
        const used = new Set(subjects.flatMap(({ mark }) => tests.by.get(mark) ?? []));
        return {
            subjects: subjects.length + unknown.length,
            judged: [...subjects.map(({ fact }) => fact), ...used],
            findings: [
                ...subjects.flatMap((subject) => judgeSubject(facts, subject, tests)),
                ...[...used].flatMap((test) => judgeTest(facts, test)),
                ...unknown.map(({ fact, why }) => notJudged(fact, why)),
            ],
        };
    },
};
