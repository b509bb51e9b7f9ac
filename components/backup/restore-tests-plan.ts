/** Which restores are rehearsed, when, and what each test is told. Pure. */
import { barmanPlugin } from "../data/postgres-archive-manifests";
import { type ArchivedDatabase, type BackupPlan, backupPeriods } from "../base/backup-tier";
import { contentDigest } from "../base/content-digest";
import { resources } from "../base/containers";
import { restoresMark } from "../base/labels";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { scheduleName } from "./velero-manifests";

/** Namespace of the tests, and name of what is theirs. */
export const RESTORE_TESTS = "restore-tests";
/** Namespace in which copies live while they are looked at. */
export const SCRATCH = "restore-scratch";
/** Name of the Cluster of CloudNativePG that is a copy, whatever it is a copy of. */
export const COPY = "restored";
/** ConfigMap by which Velero gives volumes of copies the class of copies. */
export const MODIFIER = "restore-tests";
/** GiB of copies at a time, unless a database is larger. */
export const SCRATCH_SIZE = 15;

/** Seconds that a test waits. */
const patience = {
    /** For the tests before it. */
    wait: 3 * 3600,
    /** For a copy. */
    restore: 3600,
    /** For one volume to be read. */
    check: 1800,
    /** For everything to be gone. */
    clean: 900,
} as const;

/** One test. */
export interface RestoreTest {
    /** Name of its CronJob. */
    readonly name: string;
    /** What it restores, as the annotation of the CronJob has it (DR-07). */
    readonly restores: readonly string[];
    /** What its program reads. */
    readonly plan: object;
}

/** What copies are made with. */
export interface CopySettings {
    /** Image of PostgreSQL. */
    readonly image: string;
    readonly storageClass: string;
}

/**
 * When a test runs: on a day of the month that follows from its name, so that a new one moves no
 * other. Two on one day wait for each other.
 */
export function monthly(name: string): string {
    const number = Number.parseInt(contentDigest(name), 16);
    const [day, hour, minute] = [
        1 + (number % 28),
        // After the backups of the night, and when somebody looks.
        8 + (Math.floor(number / 28) % 8),
        Math.floor(number / 224) % 60,
    ];
    return `${minute} ${hour} ${day} * *`;
}

/** Name of the store of a database's archive in the scratch namespace. */
export function storeName({ cluster }: Pick<ArchivedDatabase, "cluster">): string {
    return `${cluster}-archive`;
}

/**
 * A copy of a database: one instance that is made from the archive, and archives nothing itself, so
 * that it writes nothing where the database does.
 */
export function copyOf(
    database: ArchivedDatabase,
    { image, storageClass }: CopySettings,
): Manifest {
    return {
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "Cluster",
        metadata: { name: COPY, namespace: SCRATCH },
        spec: {
            description: `Copy of ${database.cluster}`,
            imageName: image,
            instances: 1,
            enablePDB: false,
            // Pages of every database are read by who may read them all.
            enableSuperuserAccess: true,
            bootstrap: { recovery: { source: "origin" } },
            externalClusters: [
                {
                    name: "origin",
                    plugin: {
                        name: barmanPlugin,
                        parameters: {
                            barmanObjectName: storeName(database),
                            serverName: database.serverName,
                        },
                    },
                },
            ],
            storage: { storageClass, size: `${database.size}Gi` },
            walStorage: { storageClass, size: `${database.walSize}Gi` },
            priorityClassName: priorities.app.name,
            resources: resources("100m", "512Mi", "1Gi"),
            // No fewer connections than there were: the log is replayed with as many.
            postgresql: { parameters: { max_connections: "100", shared_buffers: "128MB" } },
        },
    };
}

function databaseTest(
    database: ArchivedDatabase,
    backups: Pick<BackupPlan, "tablesOf">,
    copies: CopySettings,
): RestoreTest {
    const name = `database-${database.cluster}`;
    return {
        name,
        restores: [restoresMark.database(database.namespace, database.cluster)],
        plan: {
            test: name,
            kind: "database",
            scratch: SCRATCH,
            patience,
            cluster: copyOf(database, copies),
            // Names of the copy's certificate, which its operator signs.
            server: { host: `${COPY}-rw.${SCRATCH}`, port: 5432 },
            tables: backups.tablesOf(database.cluster),
        },
    };
}

/** Tests of the databases that are archived outside of the cluster. */
export function databaseTests(
    backups: Pick<BackupPlan, "archivedDatabases" | "tablesOf">,
    copies: CopySettings,
): RestoreTest[] {
    return backups.archivedDatabases.map((database) => databaseTest(database, backups, copies));
}

/** Tests of the tiers of which a namespace says what a restore is checked by. */
export function tierTests(backups: Pick<BackupPlan, "checkedNamespacesOf">): RestoreTest[] {
    return backupPeriods.flatMap(({ tier }) => {
        const namespaces = backups.checkedNamespacesOf(tier);
        const name = scheduleName(tier);
        return namespaces.length === 0
            ? []
            : [
                  {
                      name,
                      restores: namespaces.map(({ namespace }) =>
                          restoresMark.namespace(namespace),
                      ),
                      plan: {
                          test: name,
                          kind: "tier",
                          scratch: SCRATCH,
                          schedule: name,
                          modifier: MODIFIER,
                          patience,
                          volumes: namespaces.flatMap(({ namespace, checks }) =>
                              checks.map((check) => ({ namespace, ...check })),
                          ),
                      },
                  },
              ];
    });
}
