/** Connectors: what they are made of, what they may do, and which ones are refused. */
import assert from "node:assert/strict";
import { connectRights } from "../../../components/data/kafka-connect";
import {
    connectorManifest,
    connectWorkers,
} from "../../../components/data/kafka-connect-manifests";
import type { Connector } from "../../../components/data/kafka-connect-settings";
import { userManifest } from "../../../components/data/kafka-user";
import { parseConfiguration } from "../../../components/settings";
import { secretDescriptions } from "../../../components/systems";
import { leastSettings } from "../../fixtures/every-system";
import { sampleConfiguration } from "../../fixtures/settings";
import { type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";

const digest = `sha256:${"0".repeat(64)}`;
const sink = { name: "archive", class: "org.example.Sink", reads: ["orders"] };
const secrets = new Set(Object.keys(secretDescriptions));

function faults(connectors: unknown, known: ReadonlySet<string> = secrets): string[] {
    const systems = { kafkaConnect: { enabled: true, connectors } };
    const result = parseConfiguration({ ...sampleConfiguration, systems }, known);
    return "faults" in result
        ? result.faults.map(({ key, found, allowed }) => `${key}: ${found}; ${allowed}`)
        : [];
}

const whole = (own: Partial<Connector>): Connector => ({
    ...sink,
    tasks: 1,
    config: {},
    credentials: {},
    writes: [],
    reaches: [],
    ...own,
});

describe("connectors of a site", () => {
    it("are accepted with a plugin by digest, or without one", () => {
        assert.deepEqual(faults([sink]), []);
        assert.deepEqual(faults([{ ...sink, plugin: `quay.io/org/sink@${digest}` }]), []);
        assert.deepEqual(faults([{ ...sink, plugin: `quay.io/org/sink:1.2@${digest}` }]), []);
        assert.deepEqual(
            faults([{ ...sink, reads: [], writes: ["orders"], config: { "poll.ms": 5 } }]),
            [],
        );
        assert.deepEqual(
            faults([{ ...sink, reaches: [{ to: "10.1.0.0/16", ports: [5432] }] }]),
            [],
        );
    });

    it("are refused in one sentence each", () => {
        const key = "systems.kafkaConnect.connectors";
        const cases: readonly (readonly [unknown, RegExp])[] = [
            [[], /connectors: nothing; at least one connector, or systems.kafkaConnect off$/],
            [
                [{ ...sink, plugin: "quay.io/org/sink:1.2" }],
                /plugin: "quay.*"; an image by its digest/,
            ],
            [[{ ...sink, plugin: `quay.io/org/sink@sha256:12` }], /an image by its digest/],
            [[{ ...sink, plugin: `evil.example/sink@${digest}` }], /; an image of a registry in/],
            [
                [{ ...sink, plugin: `quay.io.evil.example/s@${digest}` }],
                /; an image of a registry in/,
            ],
            [[{ ...sink, reads: [] }], /reads: nothing; a topic that it reads, or one in writes/],
            [[{ ...sink, config: { topics: "a" } }], /config.topics: a; nothing: .* from reads/],
            [
                [{ ...sink, config: { "tasks.max": 3 } }],
                /config.tasks.max: 3; nothing: .* from tasks/,
            ],
            [[{ ...sink, config: { "connector.class": "x" } }], /nothing: it follows from class/],
            [[{ ...sink, credentials: { name: "x" } }], /config.name: x; nothing/],
            [
                [{ ...sink, config: { "database.password": "hunter2" } }],
                /password: a value that everybody can read; its name in kafkaConnectCredentials/,
            ],
            [[{ ...sink, config: { "api.token": "t" } }], /everybody can read/],
            [[{ ...sink, config: { secret: "t" } }], /everybody can read/],
            [
                [{ ...sink, config: { user: "a" }, credentials: { user: "b" } }],
                /credentials.user: a value in config as well; one of the two/,
            ],
            [[sink, sink], /connectors\[1\]\.name: archive; a name that no other connector has/],
            [
                [{ ...sink, name: "Archive" }],
                /connectors\[0\]\.name: "Archive"; a name of at most 52/,
            ],
            [[{ ...sink, class: "Sink" }], /class: "Sink"; the full name of a Java class/],
            [[{ ...sink, tasks: 0 }], /tasks: 0; /],
            [[{ ...sink, reads: ["Orders"] }], /reads\[0\]: "Orders"; the name of a topic/],
            [
                [{ ...sink, reaches: [{ to: "somewhere", ports: [1] }] }],
                /reaches\[0\]\.to: "somewhere"; internet, or a network/,
            ],
            [[{ ...sink, config: { a: [1] } }], /config.*; options, each with a text, a number/],
            [[{ ...sink, reaches: [{ ports: [] }] }], /ports/],
            [[{ ...sink, image: "x" }], /image/],
            [3, /connectors/],
        ];
        for (const [connectors, expected] of cases) {
            const found = faults(connectors);
            assert.match(found.join("\n"), expected);
            assert.ok(
                found.every((text) => text.startsWith(key)),
                found.join("\n"),
            );
            assert.ok(!found.join().includes("hunter2"), "a password is not shown");
        }
    });

    it("need their credentials where they name any", () => {
        const without = new Set([...secrets].filter((name) => name !== "kafkaConnectCredentials"));
        const [fault] = faults([{ ...sink, credentials: { "db.password": "db" } }], without);
        assert.match(fault ?? "", /kafkaConnectCredentials.*the connector archive has credentials/);
        assert.deepEqual(faults([sink], without), []);
    });
});

describe("a connector", () => {
    it("reads its topics, and its secrets out of a file of the workers", () => {
        const { spec } = connectorManifest(
            whole({ tasks: 3, config: { a: 1 }, credentials: { "db.password": "db" } }),
        );
        assert.deepEqual(spec, {
            class: "org.example.Sink",
            tasksMax: 3,
            autoRestart: { enabled: true },
            config: {
                a: 1,
                "db.password": "${strimzifile:/mnt/credentials/connectors.properties:db}",
                topics: "orders",
            },
        });
    });

    it("has the rights of what it says, and no others", () => {
        const { spec } = userManifest(
            "kafka-connect",
            connectRights([whole({}), whole({ name: "in", reads: [], writes: ["orders.raw"] })]),
        );
        const { acls } = (spec as { authorization: { acls: { resource: object }[] } })
            .authorization;
        assert.deepEqual(
            acls.map(({ resource }) => resource),
            [
                { type: "topic", name: "orders.raw", patternType: "literal" },
                { type: "topic", name: "orders", patternType: "literal" },
                { type: "group", name: "connect-archive", patternType: "literal" },
                { type: "topic", name: "kafka-connect", patternType: "prefix" },
                { type: "group", name: "kafka-connect", patternType: "prefix" },
            ],
        );
    });

    it("shares the image of its plugin with others out of it", () => {
        const plugin = `quay.io/org/sink@${digest}`;
        const of = (...connectors: Connector[]) =>
            connectWorkers({
                replicas: 2,
                bootstrap: "b:9093",
                certificate: "c",
                copies: 3,
                connectors,
                credentials: undefined,
            }).spec as { plugins?: { name: string; artifacts: object[] }[]; template: object };
        const { plugins = [], template } = of(
            whole({ plugin }),
            whole({ name: "b", plugin }),
            whole({ name: "c" }),
        );
        assert.equal(plugins.length, 1);
        assert.match(plugins[0]?.name ?? "", /^[a-z0-9][-_a-z0-9]*[a-z0-9]$/);
        assert.deepEqual(plugins[0]?.artifacts, [{ type: "image", reference: plugin }]);
        assert.ok(!("plugins" in of(whole({}))));
        assert.ok(!JSON.stringify(template).includes("/mnt/credentials"));
    });
});

describe("KafkaConnect", () => {
    let recorded: RecordedStack;
    before(async () => {
        const { kafkaConnect } = leastSettings;
        recorded = await stackWith({
            systems: { kafkaConnect: { ...kafkaConnect, enabled: true } },
        });
    });

    it("is off unless connectors are asked for", async () => {
        for (const name of ["dev", "prod"] as const) {
            const names = (await stack(name)).components.map((component) => component.name);
            assert.ok(!names.includes("kafka-connect"));
        }
    });

    it("has two workers, which show Kafka their certificate", () => {
        const { spec } = recorded.object("KafkaConnect/kafka/kafka-connect");
        const text = JSON.stringify(spec);
        assert.match(text, /"replicas":2/);
        assert.match(text, /"secretName":"kafka-connect-kafka"/);
        assert.match(text, /"config.storage.replication.factor":3/);
        recorded.object("Certificate/kafka/kafka-connect-kafka");
        recorded.object("KafkaConnector/kafka/orders-archive");
        recorded.object("Secret/kafka/kafka-connect-credentials");
    });

    it("goes where its connectors say, and its operator to it", () => {
        const flows = flowTexts(declaredFlows(recorded));
        for (const flow of [
            "kafka connector-orders-archive-1 out",
            "kafka kafka-connect-operator in",
            "kafka kafka-connect-kafka-clients out",
        ]) {
            assert.ok(flows.includes(flow), flow);
        }
    });
});
