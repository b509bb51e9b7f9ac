/** A kind whose operator nobody described is never a pass and never a violation. */
import * as assert from "node:assert/strict";
import { behaviours } from "../../../../operators";
import {
    type Inputs,
    judge,
    object,
    platform,
    type Resource,
    type Result,
    UNKNOWN,
} from "../../harness";
import { namespace } from "../../objects";
import { soundSite } from "../../sound-parts";

const custom = (
    apiVersion: string,
    kind: string,
    name: string,
    spec: unknown,
    labels: Inputs = {},
): Resource => object({ apiVersion, kind, metadata: { name, namespace: "apps", labels }, spec });

/** Workers of 32 GiB. */
const site = platform({
    ...soundSite,
    nodes: (soundSite.nodes as Inputs[]).map((node) => ({ ...node, cores: 8, memory: 32_768 })),
});
const large = { requests: { cpu: "1", memory: "64Gi" }, limits: { memory: "64Gi" } };
const prometheus = custom("monitoring.coreos.com/v1", "Prometheus", "main", {
    replicas: 3,
    resources: large,
});
const kafka = custom("kafka.strimzi.io/v1", "Kafka", "events", { kafka: {} });
const pool = custom(
    "kafka.strimzi.io/v1",
    "KafkaNodePool",
    "brokers",
    { replicas: 3, roles: ["controller", "broker"], resources: large },
    { "strimzi.io/cluster": "events" },
);
const keycloak = custom("k8s.keycloak.org/v2alpha1", "Keycloak", "iam", { instances: 3 });

/** What is said as long as a kind has no room. */
async function without(kind: string, ...stack: readonly Resource[]): Promise<Result> {
    const rooms = behaviours;
    const room = rooms.get(kind);
    assert.ok(rooms instanceof Map && room !== undefined);
    rooms.delete(kind);
    try {
        return await judge([site, ...stack]);
    } finally {
        rooms.set(kind, room);
    }
}

describe("a stack with Prometheus, Kafka and Keycloak", () => {
    it("does not fit on workers of half the memory that one of its pods asks for", async () => {
        const result = await judge([site, prometheus, kafka, pool, keycloak]);
        assert.equal(result.verdict("HA-11").verdict, "violated");
        const text = result.of("HA-11").join("\n");
        assert.match(text, /Prometheus\/apps\/main prometheus/);
        assert.match(text, /KafkaNodePool\/apps\/brokers nodes/);
    });

    it("is not judged as long as nobody describes Kafka's pools", async () => {
        const result = await without("kafka.strimzi.io/KafkaNodePool", kafka, pool, keycloak);
        const { verdict, findings } = result.verdict("HA-11");
        assert.equal(verdict, "not judged");
        assert.deepEqual(
            findings.map(({ resource, message }) => `${resource}: ${message}`),
            [
                "KafkaNodePool/apps/brokers: no room in operators/ says what its operator makes of it",
            ],
        );
    });
});

describe("a kind that nobody described", () => {
    const unknown = custom("example.org/v1", "Anything", "some", { replicas: 3 });

    for (const id of [
        ...["HA-04", "HA-05", "HA-06", "HA-08", "HA-09", "HA-11", "HA-12", "HA-13", "HA-14"],
        ...["COST-02", "COST-04", "IAC-02", "SEC-04"],
    ]) {
        it(`is not judged by ${id}, by name`, async () => {
            const { verdict, findings } = (await judge([site, namespace("apps"), unknown])).verdict(
                id,
            );
            assert.equal(verdict, "not judged");
            const said = findings.map(({ resource, message }) => `${resource}: ${message}`).join();
            assert.match(said, /Anything\/apps\/some.*no room in operators\//);
        });
    }

    it("leaves open whether it makes what others name or select", async () => {
        const names = object({
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "some", namespace: "apps" },
            spec: { selector: { app: "some" }, ports: [{ port: 80 }] },
        });
        const result = await judge([site, namespace("apps"), unknown, names]);
        assert.deepEqual(result.of("HA-14"), []);
    });

    it("is judged once its room or the list of inert kinds says so", async () => {
        const inert = custom("cilium.io/v2", "CiliumNetworkPolicy", "some", {});
        assert.equal((await judge([site, inert])).verdict("HA-04").verdict, "not applicable");
    });
});

describe("a resource of which only the update knows something", () => {
    it("is not judged, once, by name", async () => {
        const database = custom("postgresql.cnpg.io/v1", "Cluster", "db", {
            instances: 3,
            bootstrap: { initdb: { database: UNKNOWN } },
        });
        for (const id of ["HA-04", "HA-05", "HA-08", "HA-09", "HA-11", "HA-12"]) {
            const { verdict, findings } = (await judge([site, database])).verdict(id);
            assert.equal(verdict, "not judged", id);
            assert.deepEqual(
                findings.map(({ resource, message }) => `${resource}: ${message}`),
                ["Cluster/apps/db: what its operator makes of it is known only at the update"],
                id,
            );
        }
    });
});
