/** An event that becomes a mail, in the cluster. */
import assert from "node:assert/strict";
import { demoDeployment } from "../../../components/apps/kafka-demo-manifests";
import { type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";

describe("KafkaDemo", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = await stack("prod");
    });

    it("is off in dev, as Kafka is", async () => {
        const names = (await stack("dev")).components.map(({ name }) => name);
        assert.ok(!names.includes("kafka-demo"));
    });

    it("has a topic with three copies, and one for what became no mail", () => {
        const of = (name: string) => recorded.object(`KafkaTopic/kafka/${name}`).spec as object;
        assert.match(JSON.stringify(of("user-registrations")), /"partitions":6,"replicas":3/);
        assert.match(JSON.stringify(of("user-registrations.dead")), /"partitions":1,"replicas":3/);
    });

    it("lets the producer write and the consumer read, and neither the other's", () => {
        const rights = (name: string) =>
            JSON.stringify(recorded.object(`KafkaUser/kafka/kafka-demo-${name}`).spec);
        assert.ok(!rights("producer").includes("Read"));
        assert.ok(!/"Write"[^}]*\}[^{]*\{"name":"user-registrations",/.test(rights("consumer")));
        assert.match(rights("consumer"), /registration-mailer/);
    });

    it("shows certificates that were made in its namespace", () => {
        const { spec } = recorded.object("Certificate/kafka-demo/kafka-demo-producer-kafka");
        const { commonName, usages } = spec as { commonName: string; usages: string[] };
        assert.equal(commonName, "kafka-demo-producer");
        assert.ok(usages.includes("client auth"));
    });

    it("reaches the brokers and who takes traces, and the mail server only where there is one", async () => {
        const texts = (of: RecordedStack) =>
            flowTexts(declaredFlows(of)).filter((text) => text.startsWith("kafka-demo "));
        const consumer = (of: RecordedStack) =>
            JSON.stringify(of.object("Deployment/kafka-demo/kafka-demo-consumer").spec);
        const silent = await stackWith({ mail: undefined });
        for (const flow of [
            "kafka-demo kafka-demo-consumer-kafka-clients out",
            "kafka-demo kafka-demo-producer-kafka-clients out",
            "kafka-demo kafka-demo-traces-1 out",
            "kafka-demo kafka-demo-traces-2 out",
        ]) {
            assert.ok(texts(silent).includes(flow), flow);
        }
        assert.ok(!texts(silent).includes("kafka-demo mail out"));
        assert.ok(!consumer(silent).includes("SMTP_HOST"));
        const mail = {
            host: "mail.example.net",
            port: 465,
            from: "me@example.net",
            username: "me",
        };
        const mailing = await stackWith({ mail });
        assert.ok(texts(mailing).includes("kafka-demo mail out"));
        assert.match(consumer(mailing), /"SMTP_HOST","value":"mail.example.net"/);
    });

    it("makes no registrations up where they would become mails", () => {
        const own = {
            image: "i",
            program: "p",
            replicas: 2,
            bootstrap: "b:9093",
            certificate: "c",
            topics: { topic: "t", dead: "d" },
            registry: "http://r",
            domain: "home.example.org",
            traces: undefined,
            everySeconds: 60,
            mail: undefined,
        };
        assert.match(
            JSON.stringify(demoDeployment("producer", own)),
            /EVERY_SECONDS","value":"60"/,
        );
        assert.ok(!JSON.stringify(demoDeployment("consumer", own)).includes("EVERY_SECONDS"));
    });
});
