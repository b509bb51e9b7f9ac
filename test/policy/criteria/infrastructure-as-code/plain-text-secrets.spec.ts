import * as assert from "node:assert/strict";
import {
    container,
    deployment,
    type Inputs,
    judge,
    object,
    resource,
    system,
    UNKNOWN,
} from "../../harness";

describe("IAC-04", () => {
    const withEnvironment = (env: unknown) => judge([deployment({ container: { env } })]);
    const configMap = (data: unknown) =>
        object({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "settings", namespace: "apps" },
            data,
        });

    it("is met by a reference to a Secret", async () => {
        const valueFrom = { secretKeyRef: { name: "db", key: "password" } };
        const result = await withEnvironment([{ name: "DB_PASSWORD", valueFrom }]);
        assert.deepEqual(result.of("IAC-04"), []);
    });

    it("is violated by a literal in the environment", async () => {
        const result = await withEnvironment([{ name: "DB_PASSWORD", value: "hunter2" }]);
        assert.deepEqual(result.of("IAC-04"), [
            "Deployment/apps/web: container web has a literal value for DB_PASSWORD; use valueFrom.secretKeyRef.",
        ]);
    });

    it("never repeats the secret", async () => {
        const result = await withEnvironment([{ name: "DB_PASSWORD", value: "hunter2" }]);
        assert.doesNotMatch(JSON.stringify(result), /hunter2/);
    });

    it("is violated by a computed value with a secret's name", async () => {
        const result = await withEnvironment([{ name: "DB_PASSWORD", value: UNKNOWN }]);
        assert.equal(result.of("IAC-04").length, 1);
    });

    it("is met by a computed value with another name", async () => {
        const result = await withEnvironment([{ name: "DB_HOST", value: UNKNOWN }]);
        assert.equal(result.verdict("IAC-04").verdict, "met");
    });

    it("is not judged while variables or the whole environment are unknown", async () => {
        for (const env of [UNKNOWN, [UNKNOWN]]) {
            const result = await withEnvironment(env);
            assert.equal(result.verdict("IAC-04").verdict, "not judged");
        }
    });

    it("is violated by a literal argument, and not judged while one is unknown", async () => {
        const result = await judge([
            deployment({ container: { args: ["--password=hunter2", "--verbose"] } }),
        ]);
        assert.deepEqual(result.of("IAC-04"), [
            "Deployment/apps/web: container web passes a literal as password in args; put it into a Secret and reference that.",
        ]);
        const unknown = await judge([deployment({ container: { args: [UNKNOWN] } })]);
        assert.equal(unknown.verdict("IAC-04").verdict, "not judged");
    });

    it("judges jobs and init containers too", async () => {
        const env = [{ name: "API_TOKEN", value: "abc-def" }];
        const job = object({
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "migrate", namespace: "apps" },
            spec: {
                template: {
                    spec: { initContainers: [container({ env })], containers: [container()] },
                },
            },
        });
        assert.equal((await judge([job])).of("IAC-04").length, 1);
    });

    it("is violated by a ConfigMap with a private key", async () => {
        const key = ["-----BEGIN PRIV", "ATE KEY-----"].join("");
        assert.deepEqual((await judge([configMap({ "tls.pem": key })])).of("IAC-04"), [
            "ConfigMap/apps/settings: key tls.pem holds a private key; put it into a Secret and reference that.",
        ]);
    });

    it("is violated by a ConfigMap with a secret's key, alone or inside a file", async () => {
        const result = await judge([
            configMap({ password: "hunter2", "app.yaml": "database:\n  password: hunter2\n" }),
        ]);
        assert.equal(result.of("IAC-04").length, 2);
    });

    it("is met by a ConfigMap without data, and not judged by an unknown one", async () => {
        assert.deepEqual((await judge([configMap(undefined)])).of("IAC-04"), []);
        const unknown = await judge([configMap(UNKNOWN)]);
        assert.equal(unknown.verdict("IAC-04").verdict, "not judged");
    });

    it("is violated by a private key in any other object", async () => {
        const key = ["-----BEGIN EC PRIV", "ATE KEY-----"].join("");
        const custom = object({
            apiVersion: "example.org/v1",
            kind: "Gateway",
            metadata: { name: "g", namespace: "apps" },
            spec: { listeners: [{ tls: key }] },
        });
        assert.match(
            (await judge([custom])).of("IAC-04").join(),
            /spec\.listeners\[0\]\.tls holds/,
        );
    });

    const places: readonly (readonly [string, Inputs, string])[] = [
        [
            "a variable's text",
            { env: [{ name: "DATABASE", value: "jdbc:mysql://db/x?user=a&password=Sup3rSafe" }] },
            "variable DATABASE of container web has a literal value for password",
        ],
        [
            "options in a variable",
            { env: [{ name: "REDIS_ARGS", value: "--requirepass Sup3rSafe" }] },
            "variable REDIS_ARGS of container web has a literal value for requirepass",
        ],
        [
            "a number in a variable",
            { env: [{ name: "PGPASSWORD", value: "123456" }] },
            "container web has a literal value for PGPASSWORD",
        ],
        [
            "an argument that follows its flag",
            { command: ["redis-server"], args: ["--requirepass", "Sup3rSafe"] },
            "container web passes a literal as requirepass in args",
        ],
        [
            "an argument of the image's program",
            { image: "docker.io/library/mysql:8.4.0", args: ["-pSup3rSafe"] },
            "container web passes a literal as -p in args",
        ],
        [
            "a script",
            { command: ["sh", "-c", "PGPASSWORD=Sup3rSafe psql"] },
            "container web passes a literal as PGPASSWORD in command",
        ],
        [
            "a probe",
            { readinessProbe: { exec: { command: ["redis-cli", "-a", "Sup3rSafe", "ping"] } } },
            "readinessProbe.exec.command of container web has a literal value for -a",
        ],
        [
            "a probe's header",
            {
                livenessProbe: {
                    httpGet: {
                        port: 8080,
                        httpHeaders: [{ name: "Authorization", value: "Basic dXNlcjpwYXNz" }],
                    },
                },
            },
            "livenessProbe.httpGet.httpHeaders[0].value of container web has a literal value for Authorization",
        ],
        [
            "a hook",
            { lifecycle: { preStop: { exec: { command: ["sh", "-c", "mysql -pSup3rSafe"] } } } },
            "lifecycle.preStop.exec.command of container web has a literal value for -p",
        ],
    ];
    for (const [where, changes, message] of places) {
        it(`is violated by a secret in ${where}, which it never repeats`, async () => {
            const [found = "", ...more] = (await judge([deployment({ container: changes })])).of(
                "IAC-04",
            );
            assert.equal(found.slice("Deployment/apps/web: ".length, found.indexOf(";")), message);
            assert.deepEqual(more, []);
            assert.doesNotMatch(found, /Sup3rSafe|dXNlcjpwYXNz/);
        });
    }

    it("is violated by secrets in annotations, fields of custom resources and binary data", async () => {
        const custom = (spec: Inputs) =>
            object({
                apiVersion: "example.org/v1",
                kind: "Broker",
                metadata: { name: "b", namespace: "apps" },
                spec,
            });
        for (const stack of [
            custom({ auth: { password: "Sup3rSafe" } }),
            custom({ auth: { password: UNKNOWN } }),
            custom({ values: { url: "amqp://u:Sup3rSafe@rabbit" } }),
            object({
                ...configMap(undefined).inputs,
                apiVersion: "v1",
                kind: "ConfigMap",
                binaryData: { "app.ini": Buffer.from("password=Sup3rSafe").toString("base64") },
            }),
            object({
                apiVersion: "v1",
                kind: "Service",
                metadata: {
                    name: "s",
                    namespace: "apps",
                    annotations: { "example.org/api-token": "Sup3rSafe" },
                },
            }),
        ]) {
            assert.equal((await judge([stack])).of("IAC-04").length, 1);
        }
        const references = { passwordSecretRef: { name: "db", key: "password" }, maxTokens: 4096 };
        assert.deepEqual((await judge([custom(references)])).of("IAC-04"), []);
    });

    describe("of a Secret", () => {
        const secret = (content: Inputs, parent = system) => [
            parent,
            object(
                {
                    apiVersion: "v1",
                    kind: "Secret",
                    metadata: { name: "db", namespace: "apps" },
                    ...content,
                },
                { parent: parent.urn },
            ),
        ];

        it("is violated by literal values, whose keys it names", async () => {
            const result = await judge(secret({ stringData: { user: "app", password: "x" } }));
            assert.deepEqual(result.of("IAC-04"), [
                "Secret/apps/db: it has literal values for password, user; make it a child of platform:base:GeneratedSecret or platform:base:ConfiguredSecret.",
            ]);
        });

        for (const type of ["platform:base:GeneratedSecret", "platform:base:ConfiguredSecret"]) {
            it(`is met under a ${type}`, async () => {
                const content = { stringData: { user: "app", password: "x" } };
                const result = await judge(secret(content, resource(type, "db")));
                assert.deepEqual(result.of("IAC-04"), []);
            });
        }

        it("is met without data, with empty values, and with values that are all unknown", async () => {
            for (const content of [
                {},
                { data: { "ca.crt": "" } },
                { data: UNKNOWN },
                { stringData: { password: UNKNOWN } },
            ]) {
                assert.deepEqual((await judge(secret(content))).of("IAC-04"), []);
            }
        });

        it("does not mind a SealedSecret", async () => {
            const sealed = object({
                apiVersion: "bitnami.com/v1alpha1",
                kind: "SealedSecret",
                metadata: { name: "db", namespace: "apps" },
                spec: { encryptedData: { password: "AgBy3i4OJSWK" } },
            });
            assert.equal((await judge([sealed])).verdict("IAC-04").verdict, "not applicable");
        });
    });
});
