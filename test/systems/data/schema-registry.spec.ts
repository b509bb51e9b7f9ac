/** The registry of schemas: where it keeps them, who reaches it, and what a schema may become. */
import assert from "node:assert/strict";
import { registrationSchema, subject } from "../../../components/apps/kafka-demo/registration";
import { schemaFiles, schemaJob } from "../../../components/data/registered-schema";
import { type Fetch, register } from "../../../components/data/schema-program";
import { registryResource } from "../../../components/data/schema-registry-objects";
import { parseConfiguration } from "../../../components/settings";
import { secretDescriptions } from "../../../components/systems";
import { apicurio } from "../../../operators/apicurio";
import { sampleConfiguration } from "../../fixtures/settings";
import { needsCharts, type RecordedStack, stack, stackWith } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";

const database = {
    host: "db",
    port: 5432,
    database: "apicurio",
    credentials: "login",
    authority: "authority",
};

describe("SchemaRegistry", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = await stack("prod");
    });
    const spec = () =>
        prod.object("ApicurioRegistry3/schema-registry/schema-registry").spec as {
            app: { replicas: number; storage: object; env: { name: string; value: string }[] };
            ui: { replicas: number };
        };

    it("is off in dev, as Kafka is", async () => {
        const names = (await stack("dev")).components.map(({ name }) => name);
        assert.ok(!names.includes("schema-registry"));
    });

    it("has two of each part, and keeps schemas in the shared database over TLS", () => {
        const { app, ui } = spec();
        assert.deepEqual([app.replicas, ui.replicas], [2, 2]);
        const text = JSON.stringify(app.storage);
        assert.match(text, /"type":"postgresql"/);
        assert.match(text, /sslmode=verify-full&sslrootcert=\/certificates\/ca.crt/);
        assert.match(text, /"key":"password","name":"schema-registry-database"/);
        prod.object("Database/platform-db/apicurio");
    });

    it("asks of each new version what the site says", async () => {
        const rule = (of: { env: { name: string; value: string }[] }) =>
            of.env.find(({ name }) => name === "APICURIO_RULES_GLOBAL_COMPATIBILITY")?.value;
        assert.equal(rule(spec().app), "BACKWARD");
        const systems = { schemaRegistry: { compatibility: "FULL" } };
        const strict = (await stackWith({ systems })).object(
            "ApicurioRegistry3/schema-registry/schema-registry",
        ).spec as ReturnType<typeof spec>;
        assert.equal(rule(strict.app), "FULL");
        const result = parseConfiguration(
            {
                ...sampleConfiguration,
                systems: { schemaRegistry: { compatibility: "backwards" } },
            },
            new Set(Object.keys(secretDescriptions)),
        );
        const [fault] = "faults" in result ? result.faults : [];
        assert.equal(fault?.key, "systems.schemaRegistry.compatibility");
        assert.match(fault.allowed, /BACKWARD/);
    });

    it("gives its operator rights in its own namespace, and two of it", function () {
        needsCharts(this, prod.component("schema-registry"));
        const names = prod.ofKind("ClusterRole").map(({ metadata }) => metadata.name ?? "");
        const wide = names.filter((name) => name.includes("apicurio"));
        assert.deepEqual(wide, ["apicurio-registry-operator-definitions"]);
        const operator = prod.object("Deployment/schema-registry/apicurio-registry-operator-v3.3.1")
            .spec as { replicas: number };
        assert.equal(operator.replicas, 2);
        assert.match(
            JSON.stringify(operator),
            /"APICURIO_OPERATOR_WATCHED_NAMESPACES","valueFrom":\{"fieldRef":\{"fieldPath":"metadata.namespace"/,
        );
    });

    it("is reached by the programs that declare it, and by people who signed on", () => {
        const flows = flowTexts(declaredFlows(prod));
        for (const flow of [
            "kafka-demo kafka-demo-schemas-clients out",
            "kafka-demo kafka-demo-schemas-clients-2 out",
            "schema-registry kafka-demo-registration-registration in",
        ]) {
            assert.ok(flows.includes(flow), flow);
        }
        for (const name of ["schema-registry-api", "schema-registry-page"]) {
            const policy = JSON.stringify(prod.object(`SecurityPolicy/schema-registry/${name}`));
            assert.match(policy, /extAuth/);
        }
    });

    it("has no pages where nobody signs people on", () => {
        const { spec: alone } = registryResource({
            replicas: 1,
            compatibility: "NONE",
            database,
            pages: undefined,
        });
        assert.deepEqual((alone as { ui: object }).ui, { enabled: false });
        assert.ok(!JSON.stringify(alone).includes("CORS"));
    });

    it("is needed by who writes by its schemas, in one sentence", () => {
        const result = parseConfiguration(
            { ...sampleConfiguration, systems: { schemaRegistry: { enabled: false } } },
            new Set(Object.keys(secretDescriptions)),
        );
        const text = "faults" in result ? JSON.stringify(result.faults) : "";
        assert.match(text, /kafkaDemo/);
    });
});

describe("what the operator of the registry makes", () => {
    const [room] = apicurio;
    const resource = (spec: object) => ({
        apiVersion: "registry.apicur.io/v1",
        kind: "ApicurioRegistry3",
        metadata: { name: "r", namespace: "n" },
        spec: spec as Record<string, unknown>,
    });
    const surroundings = { all: () => [], nodes: [] } as never;
    const made = (spec: object) => room?.pods?.(resource(spec), surroundings) ?? [];

    it("is one pod of each part where nothing is said, with upstream's requests", () => {
        const pods = made({});
        assert.ok(Array.isArray(pods));
        assert.deepEqual(
            pods.map(({ name, count }: { name: string; count: number }) => [name, count]),
            [
                ["r-app-deployment", 1],
                ["r-ui-deployment", 1],
            ],
        );
        assert.match(JSON.stringify(pods[0]), /"requests":\{"cpu":"500m","memory":"512Mi"\}/);
        assert.deepEqual(room?.budgets?.(resource({}), surroundings), []);
    });

    it("is a budget for more than one pod, unless it is not wanted", () => {
        const budgets = (app: object) => room?.budgets?.(resource({ app }), surroundings) ?? [];
        assert.equal(budgets({ replicas: 2 }).length, 1);
        assert.equal(budgets({ replicas: 2, podDisruptionBudget: { enabled: false } }).length, 0);
        assert.equal(made({ ui: { enabled: false } }).length, 1);
    });
});

describe("a registered schema", () => {
    const schema = JSON.stringify(registrationSchema);
    const settings = {
        subject: subject("user-registrations"),
        type: "JSON",
        schema,
        compatibility: "FORWARD_TRANSITIVE",
    } as const;
    const file = { url: "http://r/v7", ...settings };

    /** A registry that answers so, request by request. */
    const registry = (...answers: (readonly [number, string])[]) => {
        const asked: string[] = [];
        const request: Fetch = (address, { method, body }) => {
            asked.push(`${method} ${address.replace("http://r/v7/", "")} ${body.slice(0, 40)}`);
            const [status, said] = answers[asked.length - 1] ?? [500, "asked too often"];
            return Promise.resolve({ status, text: () => Promise.resolve(said) });
        };
        return { asked, request };
    };

    it("is registered by the rule of today, also when it is the first", async () => {
        const rule = '{"compatibility":"FORWARD_TRANSITIVE"}';
        const { asked, request } = registry([404, ""], [200, '{"id":7}'], [200, ""]);
        assert.equal(await register(file, request), 7);
        assert.deepEqual(asked, [
            `PUT config/user-registrations-value ${rule}`,
            'POST subjects/user-registrations-value/versions {"schemaType":"JSON","schema":"{\\"$schem',
            `PUT config/user-registrations-value ${rule}`,
        ]);
    });

    it("is refused in one sentence where the rule does not allow it, or it is none", async () => {
        const refused = async (status: number) =>
            register(file, registry([200, ""], [status, "why"]).request).then(
                () => "registered",
                (error: unknown) => (error as Error).message,
            );
        assert.equal(
            await refused(409),
            "The schema of user-registrations-value is not FORWARD_TRANSITIVE to the version before it: why",
        );
        assert.match(await refused(422), /is no schema of type JSON: why$/);
        assert.equal(await refused(503), "The registry answered 503: why");
        await assert.rejects(register(file, registry([503, "x"]).request), /answered 503/);
        await assert.rejects(
            register(file, registry([404, ""], [200, '{"id":7}'], [404, "x"]).request),
            /answered 404/,
        );
    });

    it("is registered by another Job when it changes, and by the same when it does not", () => {
        const name = (text: string) =>
            schemaJob("node", schemaFiles("s", { url: "u" }, { ...settings, schema: text }))
                .metadata.name;
        assert.equal(name(schema), name(schema));
        assert.notEqual(name(schema), name("{}"));
    });
});
