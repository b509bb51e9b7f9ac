/** What scales workloads: who has the say on `replicas`, and how it gets to the queue. */
import assert from "node:assert/strict";
import { kedaPods } from "../../../components/scaling/keda-alerts";
import { authentication, scaledObject } from "../../../components/scaling/scaled-object-manifests";
import { byKafkaLag, byRedisList } from "../../../components/scaling/triggers";
import { parseConfiguration } from "../../../components/settings";
import { secretDescriptions } from "../../../components/systems";
import { sampleConfiguration } from "../../fixtures/settings";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";
import { workloads } from "../workloads";

interface Scaled {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicaCount: number;
    readonly maxReplicaCount: number;
    readonly triggers: readonly { readonly metadata: Readonly<Record<string, string>> }[];
}

describe("KEDA", () => {
    let whole: RecordedStack;
    let keda: RecordedStack;
    before(async () => {
        whole = await stack("prod");
        keda = whole.component("keda");
    });

    it("runs by two of each, each with its budget", function () {
        needsCharts(this, keda);
        for (const { key } of workloads(keda)) {
            assert.equal((keda.object(key).spec as { replicas: number }).replicas, 2, key);
        }
        assert.deepEqual(
            keda
                .ofKind("PodDisruptionBudget")
                .map(({ metadata }) => metadata.name)
                .sort(),
            Object.values(kedaPods)
                .map(({ app }) => app)
                .sort(),
        );
    });

    it("has its certificates from cert-manager, and scales no kind that it does not know", function () {
        needsCharts(this, keda);
        assert.equal(keda.ofKind("Certificate").length, 2);
        const roles = JSON.stringify(keda.ofKind("ClusterRole").map(({ rules }) => rules));
        assert.doesNotMatch(roles, /"\*/);
        const text = JSON.stringify(keda.object("Deployment/keda/keda-operator"));
        assert.match(text, /--enable-cert-rotation=false/);
    });

    it("scales the workers of n8n, whose Deployment says no number of its own", function () {
        needsCharts(this, whole);
        const spec = whole.object("ScaledObject/n8n/n8n-worker").spec as Scaled;
        assert.deepEqual([spec.minReplicaCount, spec.maxReplicaCount], [2, 4]);
        assert.equal(spec.triggers[0]?.metadata.listName, "bull:jobs:wait");
        assert.equal(spec.triggers[0].metadata.address, "n8n-redis-master.n8n.svc:6379");
        const { kind, name } = spec.scaleTargetRef;
        const target = whole.object(`${kind}/n8n/${name}`).spec as object;
        assert.ok(!("replicas" in target) || target.replicas === undefined);
    });

    it("may ask the queue, at both ends of the way", () => {
        const flows = flowTexts(declaredFlows(whole));
        for (const flow of ["keda n8n-worker-queue out", "n8n n8n-worker-queue in"]) {
            assert.ok(flows.includes(flow), flow);
        }
    });

    it("leaves n8n its own number of workers where it is off", async () => {
        const dev = await stack("dev");
        assert.deepEqual(dev.ofKind("ScaledObject"), []);
    });
});

describe("a ScaledObject", () => {
    it("keeps the least number where its queue cannot be measured, and shrinks slowly", () => {
        const trigger = byRedisList({ address: "a:1", list: "l", perPod: 7, credentials: "s" });
        const { spec } = scaledObject("web", "apps", {
            deployment: "web",
            atLeast: 3,
            atMost: 9,
            trigger,
        });
        const text = JSON.stringify(spec);
        assert.match(text, /"fallback":\{"failureThreshold":4,"replicas":3\}/);
        assert.match(text, /"listLength":"7"/);
        assert.match(text, /"policies":\[\{"type":"Pods","value":1,"periodSeconds":120\}\]/);
    });
});

describe("the lag of a group in Kafka", () => {
    let whole: RecordedStack;
    before(async () => {
        whole = await stack("prod");
    });
    const trigger = byKafkaLag({
        bootstrap: "kafka:9093",
        group: "mailer",
        topic: "orders",
        perPod: 20,
        certificate: "scaler-kafka",
    });

    // KEDA's own scaler (v2.20.2) with these fields and the rights below measured 130 of 130 records at
    // Kafka 4.3.1, and refused a user without them.
    it("is measured over TLS, by requests that Kafka still answers", () => {
        assert.deepEqual(trigger.metadata, {
            bootstrapServers: "kafka:9093",
            consumerGroup: "mailer",
            topic: "orders",
            lagThreshold: "20",
            offsetResetPolicy: "earliest",
            version: "2.1.0",
            tls: "enable",
        });
    });

    it("is asked for with a certificate out of the namespace, and no password", () => {
        assert.deepEqual(authentication("orders", "shop", trigger).spec, {
            secretTargetRef: [
                { parameter: "ca", name: "scaler-kafka", key: "ca.crt" },
                { parameter: "cert", name: "scaler-kafka", key: "tls.crt" },
                { parameter: "key", name: "scaler-kafka", key: "tls.key" },
            ],
        });
    });

    it("scales the consumers of the demo, up to one for each partition", () => {
        const spec = whole.object("ScaledObject/kafka-demo/kafka-demo-consumer").spec as Scaled;
        assert.deepEqual([spec.minReplicaCount, spec.maxReplicaCount], [2, 6]);
        const { partitions } = whole.object("KafkaTopic/kafka/user-registrations").spec as {
            partitions: number;
        };
        assert.equal(spec.maxReplicaCount, partitions);
        const { kind, name } = spec.scaleTargetRef;
        const target = whole.object(`${kind}/kafka-demo/${name}`).spec as { replicas?: number };
        assert.equal(target.replicas, undefined);
        const producer = whole.object("Deployment/kafka-demo/kafka-demo-producer").spec as object;
        assert.equal(Reflect.get(producer, "replicas"), 2);
    });

    it("is seen by a user that may read no record, whom only KEDA's operator is", () => {
        const { authorization } = whole.object("KafkaUser/kafka/kafka-demo-scaler").spec as {
            authorization: { acls: { operations: string[]; resource: object }[] };
        };
        assert.deepEqual(
            authorization.acls.map(({ operations }) => operations),
            [["Describe"], ["Describe"]],
        );
        const flows = flowTexts(declaredFlows(whole));
        for (const flow of [
            "keda kafka-demo-consumer-queue out",
            "kafka kafka-demo-consumer-queue in",
        ]) {
            assert.ok(flows.includes(flow), flow);
        }
    });

    it("is not asked for where KEDA is off: the profile has the say", async () => {
        const without = await stackWith({ systems: { keda: { enabled: false } } });
        assert.deepEqual(without.ofKind("ScaledObject"), []);
        const { replicas } = without.object("Deployment/kafka-demo/kafka-demo-consumer").spec as {
            replicas?: number;
        };
        assert.equal(replicas, 2);
    });
});

describe("workersAtMost", () => {
    const faults = (n8n: object) => {
        const result = parseConfiguration(
            { ...sampleConfiguration, systems: { n8n } },
            new Set(Object.keys(secretDescriptions)),
        );
        return "faults" in result
            ? result.faults.map(({ key, found, allowed }) => `${key}: ${found}; ${allowed}`)
            : [];
    };

    it("is as many as at least, or more", () => {
        assert.deepEqual(faults({ workers: 3, workersAtMost: 3 }), []);
        assert.deepEqual(faults({ workersAtMost: 8 }), []);
        assert.deepEqual(faults({ workers: 3, workersAtMost: 2 }), [
            "systems.n8n.workersAtMost: 2; 3 or more, the number in systems.n8n.workers",
        ]);
        assert.equal(faults({ workersAtMost: 0 }).length, 1);
    });
});
