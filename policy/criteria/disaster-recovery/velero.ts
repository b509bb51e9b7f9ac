/**
 * What Velero is told to do. Defaults as in `prepareBackupRequest` of
 * velero pkg/controller/backup_controller.go (1.18).
 */
import { type CronDialect, longestGap } from "../../kubernetes/cron";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { type Ternary, not, switchAt } from "../../kernel/ternary";
import { traceOf } from "../../kernel/presence";
import { flagOf, type Program, programsOf } from "../../kubernetes/programs";
import { read, type Reading } from "../../kernel/tree";
import { parseDays } from "../../kubernetes/durations";

const GROUP = "velero.io";
const DIALECT: CronDialect = "velero";
/** `defaultBackupTTL` of pkg/cmd/server/config/config.go. */
const DEFAULT_DAYS = 30;

/** How long the backups of a tier are kept, and how often they are made at least. */
export interface BackupTier {
    readonly tier: number;
    readonly days: number;
    readonly hours: number;
}

/** The tiers of readiness.md, DR-01. */
export const TIERS: readonly BackupTier[] = [
    { tier: 0, days: 7, hours: 6 },
    { tier: 1, days: 30, hours: 24 },
    { tier: 2, days: 90, hours: 168 },
];

/** A Schedule. */
export interface BackupSchedule {
    readonly fact: ObjectOf;
    /** Longest time between two runs in hours; undefined for an expression that Velero refuses. */
    readonly gap: Reading;
    /** Days for which backups are kept; undefined for no duration. */
    readonly days: Reading;
    readonly running: Ternary;
    /** The tier whose retention it has. */
    readonly tier: BackupTier | undefined;
}

/** Velero as the stack sets it up. */
export interface Velero {
    /** Where findings about something missing stand. */
    readonly trace: ObjectOf;
    /** The server, when a chart or the program declares it. */
    readonly server: Program | undefined;
    readonly schedules: readonly BackupSchedule[];
}

function map(reading: Reading, change: (value: unknown) => unknown): Reading {
    return reading.state === "known" ? { state: "known", value: change(reading.value) } : reading;
}

function daysOf(fact: ObjectOf, server: Program | undefined): Reading {
    const own = map(read(fact.inputs, ["spec", "template", "ttl"]), parseDays);
    if (own.state !== "absent") {
        return own;
    }
    const flag = server === undefined ? own : flagOf(server, "default-backup-ttl");
    return flag.state === "absent" ? { state: "known", value: DEFAULT_DAYS } : map(flag, parseDays);
}

function toSchedule(fact: ObjectOf, server: Program | undefined): BackupSchedule {
    const days = daysOf(fact, server);
    const expression = read(fact.inputs, ["spec", "schedule"]);
    return {
        fact,
        gap: map(expression, (text) => longestGap(String(text), DIALECT)),
        days,
        running: not(switchAt(fact.inputs, ["spec", "paused"], false)),
        tier: days.state === "known" ? TIERS.find((tier) => tier.days === days.value) : undefined,
    };
}

/** Velero, or undefined while nothing of it is in the stack. */
export function veleroOf(facts: Facts): Velero | undefined {
    const group = traceOf(facts, GROUP);
    if (group === undefined) {
        return undefined;
    }
    const server = programsOf(facts, "velero").find(
        ({ fact }) => fact.object.kind === "Deployment",
    );
    return {
        trace: server?.fact ?? group,
        server,
        schedules: facts.objects(GROUP, "Schedule").map((fact) => toSchedule(fact, server)),
    };
}

/** Whether a switch of the backup is on: its own word, else the server's flag, else no. */
function templateSwitch(
    { fact }: BackupSchedule,
    { server }: Velero,
    field: string,
    flag: string,
): Ternary {
    const byServer = server === undefined ? undefined : flagOf(server, flag);
    const fallback =
        byServer?.state === "unknown"
            ? "unknown"
            : byServer?.state === "known" && byServer.value === "true";
    return switchAt(fact.inputs, ["spec", "template", field], fallback);
}

/** Whether the backup copies the files of volumes into its location. */
export function copiesFiles(schedule: BackupSchedule, velero: Velero): Ternary {
    return templateSwitch(
        schedule,
        velero,
        "defaultVolumesToFsBackup",
        "default-volumes-to-fs-backup",
    );
}

/** Whether the backup moves the data of snapshots into its location. */
export function movesSnapshots(schedule: BackupSchedule, velero: Velero): Ternary {
    return templateSwitch(schedule, velero, "snapshotMoveData", "default-snapshot-move-data");
}
