import * as assert from "node:assert/strict";
import { ComponentResource } from "@pulumi/pulumi";
import { Namespace } from "../../components/base/namespace";
import { GeneratedSecret } from "../../components/base/secret";
import { Recorder, settled } from "../fixtures/recorder";
import { sampleNetwork as network } from "../fixtures/settings";

describe("generated secret", () => {
    it("holds generated values as secrets, and its plain ones", async () => {
        const recorder = await Recorder.install({
            "random:index/randomPassword:RandomPassword": { result: "generated-value" },
        });
        const parent = new ComponentResource("test:index:Parent", "parent");
        const namespace = new Namespace("demo", { tier: "app", flows: [], network }, { parent });
        new GeneratedSecret(
            "login",
            { namespace, generate: { password: { length: 32 } }, plain: { username: "demo" } },
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
            { source: "generated", keys: ["username", "password"] },
            "the component, which lands in the state, carries no value",
        );
    });
});
