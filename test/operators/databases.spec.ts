import * as assert from "node:assert/strict";
import type { Tree } from "../../operators/behaviour";
import { around, budgetsOf, custom, partOf, podsOf, roomOf } from "./surroundings";

describe("what CloudNativePG makes", () => {
    const database = (spec: Tree) => custom("postgresql.cnpg.io", "Cluster", "db", spec);
    const limits = (spec: Tree) =>
        budgetsOf(database(spec)).map(({ name, minAvailable }) => [name, minAvailable]);

    it("guards the primary, and all standbys but one where there are several", () => {
        assert.deepEqual(limits({ instances: 3 }), [
            ["db-primary", 1],
            ["db", 1],
        ]);
        assert.deepEqual(limits({ instances: 2 }), [["db-primary", 1]]);
        assert.deepEqual(limits({ instances: 3, enablePDB: false }), []);
        assert.deepEqual(limits({ nodeMaintenanceWindow: { inProgress: true } }), []);
    });

    it("keeps instances apart unless told otherwise", () => {
        const affinity = (spec: Tree) =>
            JSON.stringify(partOf("instances", database(spec)).pod.affinity);
        assert.match(affinity({}), /preferred.*cnpg\.io\/cluster/);
        assert.match(affinity({ affinity: { podAntiAffinityType: "required" } }), /required.*db/);
        assert.doesNotMatch(affinity({ affinity: { enablePodAntiAffinity: false } }), /cnpg/);
    });

    it("claims a volume for data, one for the log, and one for each tablespace", () => {
        const { claims } = partOf(
            "instances",
            database({
                storage: { size: "1Gi", storageClass: "fast" },
                walStorage: { pvcTemplate: { resources: { requests: { storage: "2Gi" } } } },
                tablespaces: [{ name: "more", storage: { size: "3Gi" } }],
            }),
        );
        assert.deepEqual(claims, [
            { name: "data", storageClass: "fast", size: "1Gi" },
            { name: "wal", size: "2Gi" },
            { name: "more", size: "3Gi" },
        ]);
    });

    it("makes no certificate that somebody brings, and that of a role only where it is asked for", () => {
        const made = (resource: ReturnType<typeof custom>) =>
            (roomOf(resource).secrets?.(resource) ?? []).map(({ name }) => name);
        const certificates = (given: Tree) =>
            made(database({ certificates: given })).filter((name) => name !== "db-app");
        assert.deepEqual(certificates({}), ["db-ca", "db-server", "db-replication"]);
        const server = { serverTLSSecret: "tls", serverCASecret: "tls" };
        assert.deepEqual(certificates(server), ["db-ca", "db-replication"]);
        const client = { replicationTLSSecret: "client", clientCASecret: "client" };
        assert.deepEqual(certificates({ ...server, ...client }), []);
        const role = (spec: Tree) =>
            made(custom("postgresql.cnpg.io", "DatabaseRole", "app", spec));
        assert.deepEqual(role({}), []);
        assert.deepEqual(role({ clientCertificate: {} }), ["app-client-cert"]);
        assert.deepEqual(role({ clientCertificate: { enabled: false } }), []);
    });

    it("makes the login of the application only where nobody gives one", () => {
        const names = (spec: Tree) => {
            const resource = database(spec);
            return (
                roomOf(resource)
                    .secrets?.(resource)
                    .map(({ name }) => name) ?? []
            );
        };
        assert.ok(names({}).includes("db-app"));
        assert.ok(
            !names({ bootstrap: { initdb: { secret: { name: "own" } } } }).includes("db-app"),
        );
    });
});

describe("what redis-operator makes", () => {
    const GROUP = "redis.redis.opstreelabs.in";
    const redis = (spec: Tree) => custom(GROUP, "RedisReplication", "cache", spec);
    const sentinel = (spec: Tree) => custom(GROUP, "RedisSentinel", "cache", spec);

    it("appends -sentinel to the label by which sentinels are selected, and to their Services", () => {
        const [pods] = podsOf(sentinel({}));
        assert.equal(pods?.labels.app, "cache-sentinel");
        const services = roomOf(sentinel({})).services?.(sentinel({}), around([])) ?? [];
        assert.deepEqual(
            [...new Set(services.map(({ selector }) => selector.app))],
            ["cache-sentinel"],
        );
        assert.equal(podsOf(redis({}))[0]?.labels.app, "cache");
    });

    it("runs three sentinels and one Redis where no number is said", () => {
        assert.equal(podsOf(sentinel({}))[0]?.count, 3);
        assert.equal(podsOf(redis({}))[0]?.count, 1);
    });

    it("keeps a majority unless the budget names a number, and none unless it is enabled", () => {
        for (const kind of [redis, sentinel]) {
            const [limit] = budgetsOf(kind({ clusterSize: 5, pdb: { enabled: true } }));
            assert.equal(limit?.minAvailable, 3);
            const pdb = { enabled: true, maxUnavailable: 1, minAvailable: 2 };
            const [other] = budgetsOf(kind({ clusterSize: 5, pdb }));
            assert.deepEqual([other?.maxUnavailable, other?.minAvailable], [1, undefined]);
            assert.deepEqual(budgetsOf(kind({ clusterSize: 5 })), []);
        }
    });

    it("protects what is stored", () => {
        assert.ok(roomOf(redis({})).holdsData);
        assert.ok(roomOf(sentinel({})).holdsData === undefined);
    });

    it("moves the master as fast as the sentinels that watch it", () => {
        const watching = (name: string) =>
            sentinel({
                redisSentinelConfig: { redisReplicationName: name, downAfterMilliseconds: "9000" },
            });
        const seconds = (name: string) => podsOf(redis({}), [watching(name)])[0]?.role?.seconds;
        assert.equal(seconds("cache"), 9 + 2 + 30);
        assert.equal(seconds("other"), 5 + 2 + 30);
    });
});
