/**
 * What is kept of a namespace, and how often. A namespace names its tier or says why it has nothing
 * to keep; schedules, retention and criteria follow from that.
 */
import { type Backup, isLack, type Without } from "./capabilities";
import { backupTierLabel, keepsNothing } from "./labels";
import type { DatabaseTableCheck, VolumeCheck } from "./restore-check";

/** How dear a namespace is: 0 the dearest. */
export type BackupTier = 0 | 1 | 2;

/** The tier of a number that the settings have checked. */
export function backupTier(value: number): BackupTier {
    return value <= 0 ? 0 : value < 2 ? 1 : 2;
}

/** What a namespace says of its backup. */
export type BackupAnswer = BackupTier | Without;

/** How often the backups of a tier are made, and how long they are kept (DR-01). */
export interface BackupPeriod {
    readonly tier: BackupTier;
    /** Longest time between two backups, in hours: what may be lost. */
    readonly hours: number;
    /** How long each is kept, in days. */
    readonly days: number;
    /** When they are made, as cron has it, in UTC: never two tiers at once. */
    readonly schedule: string;
}

/** The tiers of the readiness criterion DR-01. */
export const backupPeriods: readonly BackupPeriod[] = [
    { tier: 0, hours: 6, days: 7, schedule: "15 */6 * * *" },
    { tier: 1, hours: 24, days: 30, schedule: "15 1 * * *" },
    { tier: 2, hours: 168, days: 90, schedule: "15 3 * * 0" },
];

/**
 * The answer of a system whose namespace has a tier.
 *
 * @param what lies in its volumes and objects
 */
export function kept(tier: BackupTier, what: string): Backup {
    const [period = ""] = backupPeriods
        .filter((one) => one.tier === tier)
        .map(({ hours, days }) => `: every ${hours} h, kept ${days} days`);
    return { by: "velero", what: `${what}; tier ${tier}${period}` };
}

/** The answer as the Namespace object carries it. */
export function backupMarks(answer: BackupAnswer): {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
} {
    return isLack(answer)
        ? { labels: {}, annotations: { [keepsNothing]: answer.none } }
        : { labels: { [backupTierLabel]: String(answer) }, annotations: {} };
}

/** A database that archives itself, as whoever restores a copy of it must know it. */
export interface ArchivedDatabase {
    readonly namespace: string;
    /** Name of its Cluster. */
    readonly cluster: string;
    /** Folder of its archive. */
    readonly serverName: string;
    /** Sizes of a copy's volumes in GiB. */
    readonly size: number;
    readonly walSize: number;
}

/** A namespace with a tier, and what proves that a restore of its volumes is whole. */
export interface CheckedNamespace {
    readonly namespace: string;
    readonly checks: readonly VolumeCheck[];
}

/**
 * The answers of all namespaces and databases: each gives its own when it is made, and backups come
 * last.
 */
export class BackupPlan {
    private readonly answers = new Map<string, BackupAnswer>();
    private readonly checks = new Map<string, readonly VolumeCheck[]>();
    private readonly archives: ArchivedDatabase[] = [];
    private readonly tables = new Map<string, DatabaseTableCheck[]>();

    /** @throws Error for a second answer of one namespace that differs from the first */
    take(namespace: string, answer: BackupAnswer): void {
        const before = this.answers.get(namespace);
        if (before !== undefined && before !== answer) {
            throw new Error(`The namespace ${namespace} says twice what is kept of it.`);
        }
        this.answers.set(namespace, answer);
    }

    /** Takes what proves that a restore of volumes is whole; each owner of some adds its own. */
    proveVolumes(namespace: string, checks: readonly VolumeCheck[]): void {
        this.checks.set(namespace, [...(this.checks.get(namespace) ?? []), ...checks]);
    }

    /** Takes a database that archives itself. */
    archive(database: ArchivedDatabase): void {
        this.archives.push(database);
    }

    /**
     * Takes what proves that a restore of a cluster is whole; each of its databases adds its own.
     *
     * @param cluster name of the Cluster
     */
    proveTables(cluster: string, checks: readonly DatabaseTableCheck[]): void {
        this.tables.set(cluster, [...(this.tables.get(cluster) ?? []), ...checks]);
    }

    /** Namespaces of a tier, in alphabetical order. */
    namespacesOf(tier: BackupTier): string[] {
        return [...this.answers]
            .filter(([, answer]) => answer === tier)
            .map(([name]) => name)
            .sort();
    }

    /** Those of them whose volumes can be checked. */
    checkedNamespacesOf(tier: BackupTier): CheckedNamespace[] {
        return this.namespacesOf(tier)
            .map((namespace) => ({ namespace, checks: this.checks.get(namespace) ?? [] }))
            .filter(({ checks }) => checks.length > 0);
    }

    /** The databases, in alphabetical order of their clusters. */
    get archivedDatabases(): readonly ArchivedDatabase[] {
        return this.archives.toSorted((one, other) => one.cluster.localeCompare(other.cluster));
    }

    /** What proves that a restore of a cluster is whole, besides that every page of it is. */
    tablesOf(cluster: string): readonly DatabaseTableCheck[] {
        return this.tables.get(cluster) ?? [];
    }
}
