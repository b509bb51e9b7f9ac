import assert from "node:assert/strict";
import { type RecordedStack, stack } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";

const DATABASE = "Cluster/n8n/n8n-db";
const REDIS = "RedisReplication/n8n/n8n-redis";
const SENTINEL = "RedisSentinel/n8n/n8n-redis";

interface ClusterSpec {
    readonly instances: number;
    readonly enablePDB: boolean;
    readonly affinity: { readonly podAntiAffinityType: string };
    readonly postgresql: { readonly synchronous?: object };
    readonly bootstrap: { readonly initdb: { readonly secret: { readonly name: string } } };
}

const postgres = (part: RecordedStack) => part.object(DATABASE).spec as ClusterSpec;

describe("databases and queues", () => {
    let prod: RecordedStack;
    let dev: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("n8n");
        dev = (await stack("dev")).component("n8n");
    });

    it("PostgreSQL has three instances on different nodes, one of which confirms each commit", () => {
        const { instances, enablePDB, affinity, postgresql } = postgres(prod);
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
        const { instances, enablePDB, postgresql } = postgres(dev);
        assert.equal(instances, 1);
        assert.equal(enablePDB, false);
        assert.equal(postgresql.synchronous, undefined);
    });

    it("the owner's password is in the type of Secret that the operator reads", () => {
        const { secret } = postgres(prod).bootstrap.initdb;
        assert.equal(prod.object(`Secret/n8n/${secret.name}`).type, "kubernetes.io/basic-auth");
    });

    it("both are protected in prod only", () => {
        const states = (part: RecordedStack) =>
            [DATABASE, REDIS].map((key) => part.resource(key).protect);
        assert.deepEqual(states(prod), [true, true]);
        assert.deepEqual(states(dev), [false, false]);
    });

    it("Redis has three replicas and three sentinels that outlive one node", () => {
        for (const key of [REDIS, SENTINEL]) {
            const { clusterSize, pdb } = prod.object(key).spec as Record<string, unknown>;
            assert.equal(clusterSize, 3);
            assert.deepEqual(pdb, { enabled: true, minAvailable: 2 });
        }
    });

    it("the replication has no sentinels of its own, with which the master's Service stands still", () => {
        assert.equal("sentinel" in (prod.object(REDIS).spec as object), false);
    });

    it("a single Redis has no sentinels, and no connection to any", () => {
        const about = (part: RecordedStack) =>
            part.resources.filter(({ name }) => name.includes("sentinel"));
        assert.ok(about(prod).length > 0);
        assert.deepEqual(about(dev), []);
    });

    it("clients wait for a database and a master, not only for their resources", () => {
        const waits = [DATABASE, REDIS].map(
            (key) => prod.object(key).metadata.annotations?.["pulumi.com/waitFor"],
        );
        assert.deepEqual(waits, ["condition=Ready", "jsonpath={.status.masterNode}"]);
    });

    it("bring their own connections: to their operators, to each other, from their clients", async () => {
        const connections = declaredFlows(await stack("prod")).filter(({ name }) =>
            /^n8n-(db|redis)-(clients|operator|replication)$/.test(name),
        );
        assert.deepEqual(flowTexts(connections), [
            "cnpg-system n8n-db-operator out",
            "n8n n8n-db-clients in",
            "n8n n8n-db-clients out",
            "n8n n8n-db-operator in",
            "n8n n8n-db-replication in",
            "n8n n8n-db-replication out",
            "n8n n8n-redis-clients in",
            "n8n n8n-redis-clients out",
            "n8n n8n-redis-operator in",
            "n8n n8n-redis-replication in",
            "n8n n8n-redis-replication out",
            "redis-operator n8n-redis-operator out",
        ]);
    });

    it("start after their connections", async () => {
        const whole = await stack("prod");
        const byUrn = new Map(whole.resources.map((resource) => [resource.urn, resource]));
        /** What somebody waits for, by itself or through others. */
        const awaited = (urns: readonly string[], found = new Set<string>()): Set<string> => {
            for (const urn of urns.filter((one) => !found.has(one))) {
                found.add(urn);
                awaited(byUrn.get(urn)?.dependencies ?? [], found);
            }
            return found;
        };
        const names = (key: string) =>
            [...awaited(prod.resource(key).dependencies)]
                .filter((urn) => urn.includes("NetworkPolicy"))
                .map((urn) => urn.split("/").at(-1));
        for (const policy of ["allow-n8n-db-in", "allow-n8n-db-out", "allow-cloudnative-pg-out"]) {
            assert.ok(names(DATABASE).includes(policy), policy);
        }
        assert.ok(names(REDIS).includes("allow-n8n-redis-replication-in"));
        assert.ok(names(REDIS).includes("allow-redis-operator-out"));
    });
});
