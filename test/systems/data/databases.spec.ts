import assert from "node:assert/strict";
import { postgresFlows } from "../../../components/data/postgres-cluster";
import { redisFlows } from "../../../components/data/redis-flows";
import type { Recorder } from "../../fixtures/recorder";
import { register, settingsOf } from "../storage/systems";

const CLUSTER = "kubernetes:postgresql.cnpg.io/v1:Cluster";
const REPLICATION = "kubernetes:redis.redis.opstreelabs.in/v1beta2:RedisReplication";
const SENTINEL = "kubernetes:redis.redis.opstreelabs.in/v1beta2:RedisSentinel";

interface ClusterSpec {
    readonly instances: number;
    readonly enablePDB: boolean;
    readonly affinity: { readonly podAntiAffinityType: string };
    readonly postgresql: { readonly synchronous?: object };
    readonly bootstrap: { readonly initdb: { readonly secret: { readonly name: string } } };
}

function postgresOf(recorder: Recorder): ClusterSpec {
    return recorder.one(CLUSTER, "n8n-db:Cluster/n8n/n8n-db").inputs.spec as ClusterSpec;
}

describe("databases and queues", () => {
    let prod: Recorder;
    let dev: Recorder;
    before(async () => {
        prod = await register(settingsOf("prod"));
        dev = await register(settingsOf("dev"));
    });

    it("PostgreSQL has three instances on different nodes, one of which confirms each commit", () => {
        const { instances, enablePDB, affinity, postgresql } = postgresOf(prod);
        assert.equal(instances, 3);
        assert.equal(enablePDB, true);
        assert.equal(affinity.podAntiAffinityType, "required");
        assert.deepEqual(postgresql.synchronous, {
            method: "any",
            number: 1,
            dataDurability: "preferred",
        });
    });

    it("a single PostgreSQL instance has no budget that would nail it to its node", () => {
        const { instances, enablePDB, postgresql } = postgresOf(dev);
        assert.equal(instances, 1);
        assert.equal(enablePDB, false);
        assert.equal(postgresql.synchronous, undefined);
    });

    it("the owner's password is generated, in the type of Secret that the operator reads", () => {
        const { secret } = postgresOf(prod).bootstrap.initdb;
        const found = prod.one(
            "kubernetes:core/v1:Secret",
            `n8n-db-owner:Secret/n8n/${secret.name}`,
        );
        assert.equal(found.inputs.type, "kubernetes.io/basic-auth");
        assert.ok(found.secretOutputs.includes("stringData"));
    });

    it("both are protected in prod only", () => {
        const kinds = [CLUSTER, REPLICATION];
        const states = (recorder: Recorder) =>
            kinds.flatMap((kind) => recorder.all(kind)).map(({ protect }) => protect);
        assert.deepEqual(states(prod), [true, true]);
        assert.deepEqual(states(dev), [false, false]);
    });

    it("Redis has three replicas and three sentinels that outlive one node", () => {
        const replication = prod.one(REPLICATION, "n8n-redis:RedisReplication/n8n/n8n-redis");
        const sentinel = prod.one(SENTINEL, "n8n-redis:RedisSentinel/n8n/n8n-redis");
        for (const { inputs } of [replication, sentinel]) {
            const { clusterSize, pdb } = inputs.spec as { clusterSize: number; pdb: object };
            assert.equal(clusterSize, 3);
            assert.deepEqual(pdb, { enabled: true, minAvailable: 2 });
        }
    });

    it("the replication has no sentinels of its own, with which the master's Service stands still", () => {
        const { inputs } = prod.one(REPLICATION, "n8n-redis:RedisReplication/n8n/n8n-redis");
        assert.equal("sentinel" in (inputs.spec as object), false);
    });

    it("a single Redis has no sentinels", () => {
        assert.deepEqual(dev.all(SENTINEL), []);
    });

    it("clients wait for a database and a master, not only for their resources", () => {
        const annotation = (type: string) =>
            prod
                .all(type)
                .map(
                    ({ inputs }) =>
                        (inputs.metadata as { annotations: Record<string, string> }).annotations[
                            "pulumi.com/waitFor"
                        ],
                );
        assert.deepEqual(annotation(CLUSTER), ["condition=Ready"]);
        assert.deepEqual(annotation(REPLICATION), ["jsonpath={.status.masterNode}"]);
    });

    it("every flow has a name of its own and one direction", () => {
        const flows = [...postgresFlows("db", 6443), ...redisFlows("queue", 3)];
        assert.equal(new Set(flows.map(({ name }) => name)).size, flows.length);
        assert.ok(flows.every(({ from, to }) => (from === undefined) !== (to === undefined)));
    });

    it("no flow names sentinels where there is nothing to fail over to", () => {
        const names = redisFlows("queue", 1).map(({ name }) => name);
        assert.deepEqual(
            names.filter((name) => name.includes("sentinel")),
            [],
        );
    });
});
