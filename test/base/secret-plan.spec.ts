import assert from "node:assert/strict";
import { secretsOfPod, withRevisions } from "../../components/base/secret-readers";
import { yearly } from "../../components/base/secret";
import { SecretPlan } from "../../components/base/secret-plan";
import { secretsOf } from "../../operate/rotate/secrets";
import { stack, stackWith } from "../fixtures/stack";

const since = "2026-11-01";

describe("generations of secrets", () => {
    const plan = new SecretPlan([{ secret: "login", generation: 3, since }]);
    plan.take({ namespace: "demo", secretName: "db-login", rotation: yearly }, ["login"]);
    plan.take({ namespace: "demo", secretName: "other", rotation: yearly }, ["other"]);

    it("begin at 1, and go on with what the settings say", () => {
        assert.equal(plan.generationOf("login"), 3);
        assert.equal(plan.renewedOn("login"), since);
        assert.equal(plan.generationOf("other"), 1);
        assert.equal(plan.renewedOn("other"), undefined);
    });

    const reading = {
        "a variable": {
            containers: [{ env: [{ valueFrom: { secretKeyRef: { name: "db-login" } } }] }],
        },
        "all variables": { containers: [{ envFrom: [{ secretRef: { name: "db-login" } }] }] },
        "a variable of an init container": {
            initContainers: [{ env: [{ valueFrom: { secretKeyRef: { name: "db-login" } } }] }],
        },
        "a volume": { volumes: [{ secret: { secretName: "db-login" } }] },
        "a projected volume": {
            volumes: [{ projected: { sources: [{ secret: { name: "db-login" } }] } }],
        },
    };
    const deployment = (spec: object, namespace = "demo", kind = "Deployment") => ({
        apiVersion: "apps/v1",
        kind,
        metadata: { name: "app", namespace },
        spec: { template: { metadata: { labels: { app: "app" } }, spec } },
    });
    const revisionOf = (manifest: object) =>
        (
            manifest as ReturnType<typeof deployment> & {
                spec: { template: { metadata: { annotations?: Record<string, string> } } };
            }
        ).spec.template.metadata.annotations;

    for (const [what, spec] of Object.entries(reading)) {
        it(`have pods start anew that read a renewed one by ${what}`, () => {
            assert.deepEqual(secretsOfPod(spec), ["db-login"]);
            assert.deepEqual(revisionOf(withRevisions(deployment(spec), plan)), {
                "platform/generations": "login=3",
            });
        });
    }

    it("change no pods that read none, another one, or one of another namespace", () => {
        for (const manifest of [
            deployment({ containers: [{}] }),
            deployment({ volumes: [{ secret: { secretName: "other" } }] }),
            deployment(reading["a volume"], "elsewhere"),
            deployment(reading["a volume"], "demo", "Job"),
            { kind: "Namespace", metadata: { name: "demo" } },
        ]) {
            assert.equal(withRevisions(manifest, plan), manifest);
        }
    });
});

describe("every generated secret of a stack", () => {
    it("has a new value in the next generation, and no secret of another one has", async () => {
        const before = await stack("prod");
        const generated = secretsOf(before.resources, []).filter(
            ({ source }) => source === "generated",
        );
        const secretGenerations = generated.map(({ name }) => ({
            secret: name,
            generation: 2,
            since,
        }));
        const after = await stackWith({ profile: "prod", secretGenerations });
        const values = (recorded: typeof before) =>
            recorded.resources
                .filter(({ type }) => type.startsWith("random:"))
                .map(({ name }) => name);
        const left = values(before).filter((name) => values(after).includes(name));
        // The value before stays where servers must be told both, or the new one by who knows the old; a
        // salt is no secret.
        const isKept = (name: string) =>
            name.endsWith("-salt") ||
            name.endsWith("-redis-password-password") ||
            name === "audiobookshelf-root-password" ||
            // Connections that were encrypted with the key before are read on.
            name.startsWith("airflow-secrets-");
        assert.deepEqual(
            left.filter((name) => !isKept(name)),
            [],
        );
        assert.deepEqual(
            values(after).filter((name) => !name.endsWith(":2") && !isKept(name)),
            [],
        );
        assert.ok(generated.length > 15);
    });

    it("gives Redis both passwords, and LLDAP another account", async () => {
        const renewed = ["authelia-redis-password", "lldap-account-authelia"];
        const after = await stackWith({
            profile: "prod",
            secretGenerations: renewed.map((secret) => ({ secret, generation: 2, since })),
        });
        const job = after.objects.find(({ metadata }) =>
            metadata.name?.startsWith("authelia-redis-password-"),
        );
        assert.match(JSON.stringify(job), /"previous-password"/);
        const holder = after.resources.find(
            ({ type, name }) =>
                type === "platform:base:GeneratedSecret" && name === "authelia-redis-password",
        );
        assert.deepEqual(holder?.inputs.keys, ["password", "previous-password"]);
        const told = after.objects.some((object) =>
            JSON.stringify(object).includes("uid=authelia-2,ou=people"),
        );
        assert.ok(told, "Authelia signs on with the new account");
    });
});
