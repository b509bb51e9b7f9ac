import * as assert from "node:assert/strict";
import { databaseBackups } from "../../../../policy/criteria/disaster-recovery/databases";
import { partOf, type Path, Sound, withValue } from "../../change";
import { UNKNOWN } from "../../harness";
import { databaseParts, veleroParts, within } from "../../sound-backups";

const stack = new Sound(databaseBackups, databaseParts);
const CLUSTER = "Cluster/apps/db";
const PLUGIN = ["spec", "plugins", 0];

describe("DR-06", () => {
    it("is met by a database with an archive and a daily base backup", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
    });

    it("is not applicable while nothing is backed up", async () => {
        const database = withValue(
            partOf(databaseParts, "database"),
            ["spec", "plugins"],
            undefined,
        );
        const alone = stack.judge({ database, store: undefined, base: undefined });
        assert.equal(await stack.verdict(alone), "not applicable");
        const beside = { database, store: undefined, base: undefined, other: veleroParts.tier0 };
        assert.deepEqual(await stack.found(stack.judge(beside)), [
            `${CLUSTER}: it archives no WAL; add the plugin barman-cloud.cloudnative-pg.io with isWALArchiver.`,
        ]);
    });

    const bad: readonly (readonly [string, Path, unknown, string])[] = [
        ["database", [...PLUGIN, "enabled"], false, "it archives no WAL"],
        ["database", [...PLUGIN, "isWALArchiver"], undefined, "it archives no WAL"],
        [
            "database",
            [...PLUGIN, "parameters", "barmanObjectName"],
            "b",
            "its barmanObjectName is b",
        ],
        ["store", ["metadata", "namespace"], "other", "its barmanObjectName is db"],
        [
            "store",
            ["spec", "retentionPolicy"],
            undefined,
            "the retentionPolicy of its backups is absent",
        ],
        ["store", ["spec", "retentionPolicy"], "3w", "the retentionPolicy of its backups is"],
        [
            "base",
            ["spec", "suspend"],
            true,
            "it has no daily base backup: ScheduledBackup db is suspended",
        ],
        ["base", ["spec", "method"], undefined, "it has no daily base backup: the method of"],
        [
            "base",
            ["spec", "cluster", "name"],
            "other",
            "it has no daily base backup: no ScheduledBackup",
        ],
        [
            "base",
            ["spec", "schedule"],
            "0 0 2 * * 1-5",
            "it has no daily base backup: ScheduledBackup db may wait 72 h",
        ],
        ["base", ["spec", "schedule"], "daily", "it has no daily base backup: the schedule of"],
    ];
    for (const [name, path, value, message] of bad) {
        it(`is violated by ${name} with ${path.slice(-1).join("")} ${JSON.stringify(value)}`, async () => {
            const [found = "", ...more] = await stack.found(stack.with(name, path, value));
            assert.ok(found.startsWith(`${CLUSTER}: ${message}`), found);
            assert.deepEqual(more, []);
        });
    }

    // Where the archive may not be, in as many spellings as there are.
    const inside: readonly (readonly [endpoint: string, why: string])[] = [
        ["http://s3.backup.example.org", "is not reached over TLS"],
        ["https://rook-ceph-rgw-store.rook-ceph.svc", "leads to a Service of the cluster"],
        ["https://rgw.apps", "leads to a Service of the cluster"],
        ["https://minio.apps.svc.cluster.local:9000", "leads to a Service of the cluster"],
        ["https://192.168.68.100:9000", "leads to the control plane"],
        ["s3.backup.example.org", "is no URL"],
    ];
    for (const [endpoint, why] of inside) {
        it(`is violated by an archive at ${endpoint}`, async () => {
            const path = ["spec", "configuration", "endpointURL"];
            const judged = stack.judge({
                store: withValue(partOf(databaseParts, "store"), path, endpoint),
                platform: veleroParts.platform,
                namespace: veleroParts.namespace,
            });
            const found = await stack.found(judged);
            assert.deepEqual(found, [
                `${CLUSTER}: its archive is no place outside of the cluster: ${endpoint} ${why}; set backup to an S3 server elsewhere.`,
            ]);
        });
    }

    it("is met by a provider's own store, which needs no address, and not judged by an unknown one", async () => {
        const path = ["spec", "configuration", "endpointURL"];
        assert.equal(await stack.verdict(stack.with("store", path, undefined)), "met");
        assert.equal(await stack.verdict(stack.with("store", path, UNKNOWN)), "not judged");
    });

    it("is violated by a database that writes into the archive that it comes from", async () => {
        const judged = (server: string | undefined) => {
            const origin = { barmanObjectName: "db", serverName: server };
            const external = [
                {
                    name: "origin",
                    plugin: { name: "barman-cloud.cloudnative-pg.io", parameters: origin },
                },
            ];
            return stack.judge({
                database: withValue(
                    withValue(
                        partOf(databaseParts, "database"),
                        ["spec", "externalClusters"],
                        external,
                    ),
                    [...PLUGIN, "parameters", "serverName"],
                    "db-2",
                ),
            });
        };
        assert.deepEqual(await stack.found(judged("db-2")), [
            `${CLUSTER}: it archives into https://s3.backup.example.org/s3://databases/db-2, where the database writes that it comes from; give it a serverName of its own, with the next number.`,
        ]);
        assert.equal(await stack.verdict(judged("db-1")), "met");
        // The plugin looks for the name of the cluster then.
        assert.equal(await stack.verdict(judged(undefined)), "met");
    });

    it("counts months and weeks, and reads cron expressions with seconds", async () => {
        for (const policy of ["1m", "5w", "31d"]) {
            const result = stack.with("store", ["spec", "retentionPolicy"], policy);
            assert.equal(await stack.verdict(result), "met", policy);
        }
        for (const schedule of ["0 0 2 * * *", "0 0 */6 * * *", "@daily", "@every 12h"]) {
            const result = stack.with("base", ["spec", "schedule"], schedule);
            assert.equal(await stack.verdict(result), "met", schedule);
        }
    });

    // Five fields start with the second, whatever whoever wrote them meant.
    const five: readonly (readonly [string, string])[] = [
        ["0 2 * * *", "minute 2, hour *, day of the month *, month *, so that up to 1 h pass"],
        ["30 3 * * *", "second 30, minute 3, hour *,"],
        ["0 */6 * * *", "so that up to 6 min pass between two base backups"],
        ["0 0 2 * *", "so that up to 24 h pass"],
        ["0 0 * * 0", "month 0, and refuses it"],
        ["* * * * *", "so that up to 1 s pass"],
        [" 15  1  *  *  * ", 'write "0 15'],
    ];
    for (const [schedule, effect] of five) {
        it(`says what the operator makes of ${JSON.stringify(schedule)}`, async () => {
            const found = await stack.found(stack.with("base", ["spec", "schedule"], schedule));
            const [own = ""] = found.filter((text) => text.startsWith("ScheduledBackup/apps/db: "));
            assert.ok(own.includes("has five fields") && own.includes(effect), own);
        });
    }

    it("says so of a schedule beside a sound one, and not of one for nobody", async () => {
        const other = (namespace: string) =>
            within(namespace, "postgresql.cnpg.io/v1", "ScheduledBackup", "extra", {
                spec: { schedule: "0 2 * * *", cluster: { name: "db" } },
            });
        assert.equal((await stack.found(stack.judge({ extra: other("apps") }))).length, 1);
        assert.deepEqual(await stack.found(stack.judge({ extra: other("elsewhere") })), []);
    });

    it("is met by the Barman configuration of the operator itself", async () => {
        const own = {
            retentionPolicy: "30d",
            barmanObjectStore: { destinationPath: "s3://databases/" },
        };
        const database = withValue(
            withValue(partOf(databaseParts, "database"), ["spec", "plugins"], undefined),
            ["spec", "backup"],
            own,
        );
        // Its method is the default.
        const base = withValue(partOf(databaseParts, "base"), ["spec", "method"], undefined);
        assert.equal(await stack.verdict(stack.judge({ database, base })), "met");
    });

    it("is violated by two databases that write into one folder", async () => {
        const twin = (server: string | undefined, folder: string) =>
            within("apps", "postgresql.cnpg.io/v1", "Cluster", "twin", {
                spec: {
                    backup: {
                        retentionPolicy: "30d",
                        barmanObjectStore: {
                            endpointURL: "https://s3.backup.example.org",
                            destinationPath: folder,
                            serverName: server,
                        },
                    },
                },
            });
        const base = within("apps", "postgresql.cnpg.io/v1", "ScheduledBackup", "twin", {
            spec: { schedule: "@daily", cluster: { name: "twin" } },
        });
        const judged = (server: string | undefined, folder: string) =>
            stack.found(stack.judge({ twin: twin(server, folder), twinBase: base }));
        const path = "https://s3.backup.example.org/s3://databases/db";
        assert.deepEqual(await judged("db", "s3://databases"), [
            `${CLUSTER}: it archives into ${path} like Cluster/apps/twin; give it a serverName or destinationPath of its own.`,
            `Cluster/apps/twin: it archives into ${path} like ${CLUSTER}; give it a serverName or destinationPath of its own.`,
        ]);
        assert.deepEqual(await judged(undefined, "s3://databases"), []);
        assert.deepEqual(await judged("db", "s3://others"), []);
    });

    it("is not judged where archive, retention or schedule are unknown, or the archiver is another", async () => {
        const unknown: readonly (readonly [string, Path])[] = [
            ["database", ["spec", "plugins"]],
            ["database", [...PLUGIN, "name"]],
            ["database", [...PLUGIN, "isWALArchiver"]],
            ["store", ["spec", "retentionPolicy"]],
            ["store", ["spec", "configuration", "destinationPath"]],
            ["base", ["spec", "schedule"]],
            ["base", ["spec", "suspend"]],
        ];
        for (const [name, path] of unknown) {
            const result = stack.with(name, path, UNKNOWN);
            assert.equal(await stack.verdict(result), "not judged", path.join("."));
        }
        const other = stack.with("database", [...PLUGIN, "name"], "pgbackrest.example.org");
        assert.equal(await stack.verdict(other), "not judged");
    });
});
