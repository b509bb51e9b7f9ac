/** DR-06: every database can go back to any minute of the last 30 days. */
import { longestGap } from "../../kubernetes/cron";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { anyOf, type Ternary, switchAt } from "../../kernel/ternary";
import { read, type Reading, readString, showReading } from "../../kernel/tree";
import { type WalArchive, archiveOf, databasesOf } from "./wal-archive";
import { faultOfStore } from "./places";
import { backsUp } from "./presence";

const DAYS = 30;
const HOURS = 24;
/** Days in the units of Barman's retention policies. */
const UNITS: Readonly<Record<string, number>> = { d: 1, w: 7, m: 30 };

function daysOf(policy: unknown): number {
    const [, amount = "", unit = ""] = /^(\d+)([dwm])$/.exec(String(policy)) ?? [];
    return Number(amount) * (UNITS[unit] ?? Number.NaN);
}

function judgeRetention(fact: ObjectOf, retention: Reading): Finding[] {
    if (retention.state === "unknown") {
        return [notJudged(fact, "for how long its backups are kept is known only at the update")];
    }
    return retention.state === "known" && daysOf(retention.value) >= DAYS
        ? []
        : [
              violated(
                  fact,
                  `the retentionPolicy of its backups is ${showReading(retention)}; keep ${DAYS} days`,
              ),
          ];
}

interface Verdict {
    readonly sound: Ternary;
    /** What is wrong, when it is not sound. */
    readonly why?: string;
}

/** Whether a ScheduledBackup is the daily base backup. */
function verdictOn({ inputs, object }: ObjectOf, method: WalArchive["method"]): Verdict {
    const suspended = switchAt(inputs, ["spec", "suspend"], false);
    const schedule = read(inputs, ["spec", "schedule"]);
    const own = read(inputs, ["spec", "method"]);
    if (suspended === "unknown" || schedule.state === "unknown" || own.state === "unknown") {
        return { sound: "unknown" };
    }
    // The CRD's default.
    const wanted = own.state === "absent" ? "barmanObjectStore" : own.value;
    const called = `ScheduledBackup ${object.name}`;
    const gap =
        schedule.state === "known"
            ? longestGap(String(schedule.value), "cloudNativePg")
            : undefined;
    if (suspended) {
        return { sound: false, why: `${called} is suspended` };
    }
    if (wanted !== method) {
        return { sound: false, why: `the method of ${called} is ${String(wanted)}, not ${method}` };
    }
    if (gap === undefined) {
        const why = `the schedule of ${called} is ${showReading(schedule)}, which the operator does not understand`;
        return { sound: false, why };
    }
    return {
        sound: gap <= HOURS,
        why: `${called} may wait ${gap} h; make one every ${HOURS} h`,
    };
}

/** How the operator counts the fields of a schedule that lacks the last one. */
const FIELDS = ["second", "minute", "hour", "day of the month", "month"];

/**
 * A schedule of five fields means another time here than in a CronJob: the operator takes the first
 * for the second and adds a day of the week at the end.
 */
function judgeFields(backup: ObjectOf): Finding[] {
    const text = (readString(backup.inputs, "spec", "schedule") ?? "").trim();
    const words = text.split(/\s+/);
    if (words.length !== FIELDS.length || text.startsWith("@")) {
        return [];
    }
    const gap = longestGap(text, "cloudNativePg");
    const read = words.map((word, index) => `${FIELDS[index] ?? ""} ${word}`).join(", ");
    const effect =
        gap === undefined
            ? "and refuses it"
            : gap === Number.POSITIVE_INFINITY
              ? "so that it hardly ever runs"
              : `so that ${showHours(gap)} pass between two base backups`;
    const message = `its schedule "${text}" has five fields, which the operator reads as ${read}, ${effect}; write "0 ${text}", with the second first`;
    return [violated(backup, message)];
}

/** Hours in the unit in which people count them. */
function showHours(hours: number): string {
    return hours >= 1
        ? `up to ${Number(hours.toFixed(1))} h`
        : hours >= 1 / 60
          ? `up to ${Number((hours * 60).toFixed(1))} min`
          : `up to ${Number((hours * 3600).toFixed(1))} s`;
}

/** The ScheduledBackups in the namespace of a database. */
function backupsBeside(facts: Facts, { object }: ObjectOf): ObjectOf[] {
    return facts
        .objects("postgresql.cnpg.io", "ScheduledBackup")
        .filter((backup) => backup.object.namespace === object.namespace);
}

function judgeBaseBackups(facts: Facts, fact: ObjectOf, { method }: WalArchive): Finding[] {
    const backups = backupsBeside(facts, fact);
    const verdicts = backups.flatMap((backup): Verdict[] => {
        const cluster = read(backup.inputs, ["spec", "cluster", "name"]);
        return cluster.state === "unknown"
            ? [{ sound: "unknown" }]
            : readString(backup.inputs, "spec", "cluster", "name") === fact.object.name
              ? [verdictOn(backup, method)]
              : [];
    });
    const sound = anyOf(verdicts.map((verdict) => verdict.sound));
    if (sound === true) {
        return [];
    }
    if (sound === "unknown") {
        return [notJudged(fact, "its base backups are known only at the update")];
    }
    const why = verdicts[0]?.why ?? `no ScheduledBackup is about it; make one every ${HOURS} h`;
    return [violated(fact, `it has no daily base backup: ${why}`)];
}

function judgePath(
    fact: ObjectOf,
    { path, origins }: WalArchive,
    others: readonly { readonly fact: ObjectOf; readonly archive: WalArchive | string }[],
): Finding[] {
    if (path.state !== "known") {
        return [notJudged(fact, "where it archives is known only at the update")];
    }
    if (origins.some((origin) => origin.state === "known" && origin.value === path.value)) {
        const message = `it archives into ${String(path.value)}, where the database writes that it comes from; give it a serverName of its own, with the next number`;
        return [violated(fact, message)];
    }
    const [same] = others.filter(
        (other) =>
            other.fact.urn !== fact.urn &&
            typeof other.archive !== "string" &&
            other.archive.path.state === "known" &&
            other.archive.path.value === path.value,
    );
    return same === undefined
        ? []
        : [
              violated(
                  fact,
                  `it archives into ${String(path.value)} like ${same.fact.key}; give it a serverName or destinationPath of its own`,
              ),
          ];
}

/** An archive on the disks that it protects goes with them; one without TLS is anybody's. */
function judgePlace(facts: Facts, fact: ObjectOf, { endpoint }: WalArchive): Finding[] {
    if (endpoint.state === "unknown") {
        return [notJudged(fact, "where the store of its archive is, is known only at the update")];
    }
    if (endpoint.state === "absent" || endpoint.value === "") {
        return [];
    }
    const fault = faultOfStore(String(endpoint.value), facts);
    return fault === undefined
        ? []
        : [
              violated(
                  fact,
                  `its archive is no place outside of the cluster: ${fault}; set backup to an S3 server elsewhere`,
              ),
          ];
}

/** DR-06. */
export const databaseBackups: StackCriterion = {
    id: "DR-06",
    name: "dr-06-database-backups",
    description:
        "Checks that each CloudNativePG cluster archives its WAL into a path of its own outside of the cluster, over TLS, has a daily base backup and keeps 30 days.",
    severity: "critical",
    remediation:
        "Set backup to an S3 server outside. By hand: declare an ObjectStore there with retentionPolicy 30d, name it in the plugin of the Cluster with isWALArchiver and a serverName of its own, and add a ScheduledBackup.",
    judgeStack: (facts) => {
        const databases = backsUp(facts) ? databasesOf(facts) : [];
        const scheduled = new Set(databases.flatMap((fact) => backupsBeside(facts, fact)));
        const all = databases.map((fact) => ({ fact, archive: archiveOf(facts, fact) }));
        return {
            subjects: databases.length,
            judged: databases,
            findings: [
                ...all.flatMap(({ fact, archive }) =>
                    typeof archive === "string"
                        ? [violated(fact, archive)]
                        : [
                              ...judgePath(fact, archive, all),
                              ...judgePlace(facts, fact, archive),
                              ...judgeRetention(fact, archive.retention),
                              ...judgeBaseBackups(facts, fact, archive),
                          ],
                ),
                ...[...scheduled].flatMap(judgeFields),
            ],
        };
    },
};
