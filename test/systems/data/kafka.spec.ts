/** Kafka: brokers, topics and users. */
import assert from "node:assert/strict";
import { kafkaCluster } from "../../../components/data/kafka-manifests";
import { brokersFor, usualCopies } from "../../../components/data/kafka-names";
import { topicFault, topicManifest } from "../../../components/data/kafka-topic";
import { userManifest } from "../../../components/data/kafka-user";
import { parseConfiguration } from "../../../components/settings";
import { secretDescriptions } from "../../../components/systems";
import { sampleConfiguration } from "../../fixtures/settings";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";

function faults(...topics: unknown[]): string[] {
    const systems = { kafka: { enabled: true, topics } };
    const result = parseConfiguration(
        { ...sampleConfiguration, systems },
        new Set(Object.keys(secretDescriptions)),
    );
    return "faults" in result
        ? result.faults.map(({ key, found, allowed }) => `${key}: ${found}; ${allowed}`)
        : [];
}

describe("topics of Kafka", () => {
    it("have a copy on each of three brokers, and one may miss a record", () => {
        assert.deepEqual(usualCopies(3), { replicas: 3, minimumInSync: 2 });
        assert.deepEqual(usualCopies(5), { replicas: 3, minimumInSync: 2 });
        assert.deepEqual(usualCopies(1), { replicas: 1, minimumInSync: 1 });
        assert.deepEqual([1, 2, 3].map(brokersFor), [1, 3, 3]);
    });

    it("can be written to while a broker restarts, or are refused in one sentence", () => {
        const fault = (replicas?: number, minimumInSync?: number, brokers = 3) => {
            const found = topicFault({ replicas, minimumInSync }, brokers);
            return found && `${found.field} ${found.found}: ${found.allowed}`;
        };
        assert.deepEqual(
            [fault(), fault(3, 2), fault(3, 1), fault(2, 1), fault(1, 1), fault(1)],
            Array(6).fill(undefined),
        );
        assert.equal(fault(4), "replicas 4: at most 3, one on each broker");
        assert.equal(fault(3, undefined, 1), "replicas 3: at most 1, one on each broker");
        assert.match(
            fault(2, 3) ?? "",
            /^minimumInSync 3 of 2 replicas: .*nobody could ever write/,
        );
        assert.match(fault(1, 2) ?? "", /^minimumInSync 2 of 1 replica: .*nobody could ever write/);
        assert.match(
            fault(3, 3) ?? "",
            /^minimumInSync 3 of 3 replicas: .*while a broker restarts/,
        );
        assert.match(fault(undefined, 3) ?? "", /3 of 3 replicas/);
        assert.match(fault(undefined, 2, 1) ?? "", /2 of 1 replica/);
    });

    it("are refused in the settings with their name", () => {
        const orders = { name: "orders" };
        assert.deepEqual(faults(orders, { name: "orders.dead", partitions: 1 }), []);
        assert.deepEqual(faults({ ...orders, replicas: 2, minimumInSync: 3 }), [
            "systems.kafka.topics[0].minimumInSync: 3 of 2 replicas; at most 1: with fewer replicas than must be in sync nobody could ever write",
        ]);
        assert.match(faults({ name: "Orders" }).join("; "), /lower case/);
        assert.match(faults({ ...orders, partitions: 0 }).join("; "), /from 1 to 1000/);
        assert.match(faults({ ...orders, retention: 1 }).join("; "), /retention/);
        assert.match(faults(3).join("; "), /an object with name/);
        assert.match(faults({}).join("; "), /topics\[0\]\.name: nothing/);
        assert.match(
            faults(orders, orders).join("; "),
            /topics\[1\]\.name: orders; a name that no/,
        );
        assert.match(faults({ name: "user-registrations" }).join("; "), /a name that no other/);
    });

    it("keep records as long as they say", () => {
        const { spec } = topicManifest(
            "orders",
            { partitions: 6, retentionHours: 24, retentionMebibytes: 10 },
            3,
        );
        assert.deepEqual(spec, {
            partitions: 6,
            replicas: 3,
            config: {
                "min.insync.replicas": 2,
                "retention.ms": 86_400_000,
                "retention.bytes": 10_485_760,
            },
        });
    });
});

describe("users of Kafka", () => {
    it("may do what they say and nothing else", () => {
        const { spec } = userManifest("mailer", {
            reads: ["orders"],
            writes: ["orders.dead"],
            groups: ["mailer"],
            quotas: { consumerByteRate: 1000 },
        });
        assert.deepEqual(spec, {
            authentication: { type: "tls-external" },
            authorization: {
                type: "simple",
                acls: [
                    ["topic", "orders.dead", ["Write", "Describe"]],
                    ["topic", "orders", ["Read", "Describe"]],
                    ["group", "mailer", ["Read", "Describe"]],
                ].map(([type, name, operations]) => ({
                    resource: { type, name, patternType: "literal" },
                    operations,
                    host: "*",
                })),
            },
            quotas: { consumerByteRate: 1000 },
        });
    });

    it("may see how far others are, and read nothing", () => {
        const { spec } = userManifest("scaler", {
            watches: { topics: ["orders"], groups: ["mailer"] },
            quotas: {},
        });
        assert.deepEqual(
            (spec as { authorization: { acls: object[] } }).authorization.acls,
            [
                ["topic", "orders"],
                ["group", "mailer"],
            ].map(([type, name]) => ({
                resource: { type, name, patternType: "literal" },
                operations: ["Describe"],
                host: "*",
            })),
        );
    });

    it("own what starts with a name", () => {
        const text = JSON.stringify(userManifest("connect", { owns: ["connect-"], quotas: {} }));
        assert.match(text, /"type":"topic","name":"connect-","patternType":"prefix"/);
        assert.match(text, /"type":"group","name":"connect-","patternType":"prefix"/);
    });
});

describe("Kafka", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = await stackWith({
            systems: { kafka: { enabled: true, topics: [{ name: "orders", partitions: 12 }] } },
        });
    });

    it("is off in dev", async () => {
        const names = (await stack("dev")).components.map(({ name }) => name);
        assert.ok(!names.includes("kafka"));
    });

    it("takes a copy of each record on three hosts", () => {
        const cluster = recorded.object("Kafka/kafka/kafka");
        const text = JSON.stringify(cluster.spec);
        assert.match(text, /"rack":\{"topologyKey":"topology.kubernetes.io\/zone"/);
        assert.match(text, /"min.insync.replicas":2/);
        assert.match(text, /"auto.create.topics.enable":false/);
        assert.equal(recorded.object("KafkaTopic/kafka/orders").metadata.namespace, "kafka");
    });

    it("asks every client for a certificate and gives nobody more than its rights", () => {
        const { kafka } = kafkaCluster(3).spec as {
            kafka: { listeners: { tls: boolean; authentication: object }[]; authorization: object };
        };
        assert.deepEqual(kafka.authorization, { type: "simple" });
        assert.ok(kafka.listeners.every(({ tls }) => tls));
        assert.match(JSON.stringify(kafka.listeners), /"ssl.client.auth":"required"/);
    });

    it("leaves its policies to the platform, and looks into its own namespace only", function () {
        needsCharts(this, recorded.component("kafka"));
        const operator = JSON.stringify(
            recorded.object("Deployment/kafka/strimzi-cluster-operator").spec,
        );
        assert.match(operator, /"STRIMZI_NETWORK_POLICY_GENERATION","value":"false"/);
        assert.match(operator, /"STRIMZI_NAMESPACE","valueFrom":\{"fieldRef"/);
        const flows = flowTexts(declaredFlows(recorded)).filter((text) => text.includes("kafka"));
        assert.ok(flows.length > 0);
    });
});
