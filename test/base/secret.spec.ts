import * as assert from "node:assert/strict";
import { ComponentResource } from "@pulumi/pulumi";
import { BackupPlan } from "../../components/base/backup-tier";
import { Namespace } from "../../components/base/namespace";
import { GeneratedSecret, yearly } from "../../components/base/secret";
import { Recorder, settled } from "../fixtures/recorder";
import { sampleNetwork as network } from "../fixtures/settings";

describe("generated secret", () => {
    it("holds generated values as secrets, and its plain ones", async () => {
        const recorder = await Recorder.install({
            "random:index/randomPassword:RandomPassword": { result: "generated-value" },
        });
        const parent = new ComponentResource("test:index:Parent", "parent");
        const namespace = new Namespace(
            "demo",
            { tier: "app", backup: 1, flows: [], network, backups: new BackupPlan() },
            { parent },
        );
        new GeneratedSecret(
            "login",
            {
                namespace,
                rotation: yearly,
                generate: { password: { length: 32 } },
                plain: { username: "demo" },
            },
            { parent },
        );
        await settled();
        const [secret] = recorder.all("kubernetes:core/v1:Secret");
        assert.ok(secret);
        assert.ok(secret.secretInputs.includes("stringData"), "stringData is marked secret");
        assert.deepEqual(secret.secretOutputs, ["data", "stringData"]);
        const component = recorder.one("platform:base:GeneratedSecret", "login");
        assert.deepEqual(
            component.inputs,
            {
                source: "generated",
                keys: ["username", "password"],
                rotation: yearly,
                renewal: { how: "restart", notice: "nothing" },
                sources: ["login"],
                places: ["demo/login"],
                generation: 1,
            },
            "the component, which lands in the state, carries no value",
        );
    });

    it("says who renews it, and gives its values to another namespace too", async () => {
        const recorder = await Recorder.install({
            "random:index/randomPassword:RandomPassword": { result: "generated-value" },
        });
        const parent = new ComponentResource("test:index:Parent", "parent");
        const [home, other] = ["home", "other"].map(
            (name) =>
                new Namespace(
                    name,
                    { tier: "app", backup: 1, flows: [], network, backups: new BackupPlan() },
                    { parent },
                ),
        );
        assert.ok(home && other);
        const secret = new GeneratedSecret(
            "login",
            {
                namespace: home,
                secretName: "own",
                generate: { password: { length: 32 } },
                rotation: { owner: "platform-admin", days: 90 },
                copy: { namespace: other, plain: { username: "demo" } },
            },
            { parent },
        );
        await settled();
        assert.ok(secret.copied);
        const secrets = recorder.all("kubernetes:core/v1:Secret").map(({ inputs }) => inputs);
        assert.deepEqual(
            secrets.map(({ metadata }) => {
                const { name, namespace, annotations } = metadata as Record<string, unknown>;
                return { name, namespace, annotations };
            }),
            [
                ["own", "home"],
                ["login", "other"],
            ].map(([name, namespace]) => ({
                name,
                namespace,
                annotations: {
                    "secret.platform/owner": "platform-admin",
                    "secret.platform/rotate-after": "90d",
                },
            })),
        );
        assert.deepEqual(
            secrets.map(({ stringData }) => stringData),
            [{ password: "generated-value" }, { username: "demo", password: "generated-value" }],
        );
        assert.equal(recorder.all("random:index/randomPassword:RandomPassword").length, 1);
    });
});
