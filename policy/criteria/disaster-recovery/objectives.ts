/** DR-08: how much is lost at most, and how long it takes to come back. */
import { type Library, repository } from "../../engines/documents/library";
import { RUNBOOKS } from "../../engines/documents/runbooks";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { type Expectation, judgeExpectation } from "../../kernel/expectation";
import type { Fact, Facts, ObjectOf } from "../../kernel/facts";
import { allOf, type Ternary } from "../../kernel/ternary";
import { type NamespaceFact, namespacesOf } from "../../kubernetes/namespaces";
import { read, type Reading } from "../../kernel/tree";
import { archivesItself, databasesOf } from "./wal-archive";
import { statefulClaims } from "./coverage";
import { includesNamespace } from "./filters";
import { type BackupSchedule, type Velero, veleroOf } from "./velero";

/** Hours of data that tier 0 may lose. */
const POINT = 6;
/** Hours that tier 0 may be away. */
const TIME = 2;
/** cloudnative-pg pkg/postgres/configuration.go. */
const ARCHIVE_TIMEOUT: Reading = { state: "known", value: "5min" };
/** Units of PostgreSQL in hours; a number alone is seconds. */
const UNITS: Readonly<Record<string, number>> = {
    ms: 1 / 3_600_000,
    s: 1 / 3600,
    min: 1 / 60,
    h: 1,
    d: 24,
    "": 1 / 3600,
};

/** Hours that a setting of PostgreSQL stands for; infinite for 0, which means never. */
function hoursOf(setting: unknown): number {
    const [, amount = "", unit = ""] =
        /^\s*(\d+)\s*(ms|s|min|h|d)?\s*$/.exec(String(setting)) ?? [];
    const hours = amount === "" ? Number.NaN : Number(amount) * (UNITS[unit] ?? Number.NaN);
    return hours === 0 ? Number.POSITIVE_INFINITY : hours;
}

/** The schedules that back up a namespace, of whatever tier. */
function judgeNamespace(
    { name, fact }: NamespaceFact,
    { schedules }: Velero,
    facts: Facts,
): Finding[] {
    const covering = schedules.map((schedule): { schedule: BackupSchedule; covers: Ternary } => ({
        schedule,
        covers: allOf([schedule.running, includesNamespace(schedule, name, facts)]),
    }));
    const gaps = covering.flatMap(({ schedule: { gap }, covers }) =>
        covers === true && gap.state === "known" && typeof gap.value === "number"
            ? [gap.value]
            : [],
    );
    const least = Math.min(...gaps);
    if (least <= POINT) {
        return [];
    }
    return covering.some(
        ({ schedule, covers }) => covers === "unknown" || schedule.gap.state === "unknown",
    )
        ? [notJudged(fact, "how often it is backed up is known only at the update")]
        : [
              violated(
                  fact,
                  `it is in tier 0 and may lose ${least} h of data; back it up every ${POINT} h`,
              ),
          ];
}

function judgeDatabase(facts: Facts, fact: ObjectOf): Finding[] {
    if (archivesItself(facts, fact) === "unknown") {
        return [notJudged(fact, "whether it archives anything is known only at the update")];
    }
    const path = ["spec", "postgresql", "parameters", "archive_timeout"];
    const reading = read(fact.inputs, path);
    const expectation: Expectation = {
        what: path.join("."),
        reading: reading.state === "absent" ? ARCHIVE_TIMEOUT : reading,
        good: (value) => hoursOf(value) <= POINT,
        wanted: `archive at least every ${POINT} h`,
    };
    return judgeExpectation(fact, expectation);
}

/** `RTO: 90 min`, `RTO of at most 2 h`, in a runbook about restoring. */
const STATEMENT = /\bRTO\b[^\n\d]*(\d+(?:\.\d+)?)\s*(h|hours?|min|minutes?)\b/i;
const STEP = /^\s*1[.)]\s+\S/m;

/** Hours that a runbook promises, if it says how in numbered steps. */
function promise(text: string): number | undefined {
    const [, amount = "", unit = ""] = STATEMENT.exec(text) ?? [];
    const hours = Number(amount) / (unit.toLowerCase().startsWith("m") ? 60 : 1);
    return amount === "" || !STEP.test(text) ? undefined : hours;
}

function judgeTime(fact: Fact, library: Library | undefined): Finding[] {
    if (library === undefined) {
        return [notJudged(fact, "the runbooks are not beside the pack, without docs/")];
    }
    const found = library
        .list(RUNBOOKS)
        .filter((name) => /restore|rebuild|recover/i.test(name) && name.endsWith(".md"))
        .map((name) => promise(library.read(`${RUNBOOKS}/${name}`) ?? ""))
        .filter((hours) => hours !== undefined);
    return found.some((hours) => hours <= TIME)
        ? []
        : [
              violated(
                  fact,
                  `no runbook about restoring says "RTO: ${TIME} h" or less, with numbered steps; write it in docs/runbooks`,
              ),
          ];
}

/** Namespaces with state that a schedule of tier 0 covers. */
function criticalNamespaces(facts: Facts, schedules: readonly BackupSchedule[]): NamespaceFact[] {
    if (schedules.length === 0) {
        return [];
    }
    const stateful = new Set(statefulClaims(facts).claims.map(({ namespace }) => namespace));
    return namespacesOf(facts)
        .filter(({ name }) => stateful.has(name))
        .filter(({ name }) =>
            schedules.some((schedule) => includesNamespace(schedule, name, facts) !== false),
        );
}

/**
 * DR-08.
 *
 * @param library where the runbooks are
 */
export function recoveryObjectives(library: Library | undefined): StackCriterion {
    return {
        id: "DR-08",
        name: "dr-08-recovery-objectives",
        description:
            "Checks that tier 0 and every database lose at most 6 h of data by their schedules, and that a runbook brings them back in 2 h.",
        severity: "high",
        remediation:
            "Run the Schedules of tier 0 every 6 h, and write the steps of a restore with its RTO into docs/runbooks.",
        judgeStack: (facts) => {
            const velero = veleroOf(facts);
            const critical = (velero?.schedules ?? []).filter(({ tier }) => tier?.tier === 0);
            const namespaces = criticalNamespaces(facts, critical);
            const databases = databasesOf(facts).filter(
                (database) => archivesItself(facts, database) !== false,
            );
            const [first] = [...critical.map(({ fact }) => fact), ...databases];
            return {
                subjects: namespaces.length + databases.length + (first === undefined ? 0 : 1),
                judged: [...namespaces.map(({ fact }) => fact), ...databases],
                findings: [
                    ...(velero === undefined
                        ? []
                        : namespaces.flatMap((namespace) =>
                              judgeNamespace(namespace, velero, facts),
                          )),
                    ...databases.flatMap((database) => judgeDatabase(facts, database)),
                    ...(first === undefined ? [] : judgeTime(first, library)),
                ],
            };
        },
    };
}

/** With the runbooks of the repository. */
export const objectives = recoveryObjectives(repository);
