import * as assert from "node:assert/strict";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { stateSize, timesSo } from "../../bench/state";
import { crdType } from "../../components/base/object";
import type { Registration } from "../../preview/recorder";

function registration(more: Partial<Registration> = {}, payload = ""): Registration {
    return {
        urn: "urn:pulumi:prod::platform::kubernetes:core/v1:ConfigMap::one",
        type: "kubernetes:core/v1:ConfigMap",
        name: "one",
        parent: "",
        custom: true,
        inputs: Struct.fromJavaScript({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "one", namespace: "apps" },
            data: { payload },
        }),
        dependencies: [],
        provider: "",
        protect: false,
        ignoreChanges: [],
        replaceOnChanges: [],
        replaceWith: [],
        retainOnDelete: false,
        additionalSecretOutputs: [],
        ...more,
    };
}

describe("the reckoned state", () => {
    const bytes = (one: Registration) => stateSize([one]).bytes;

    it("has what an object holds three times: inputs, the provider's copy, the live object", () => {
        const long = "x".repeat(1000);
        assert.equal(bytes(registration({}, long)) - bytes(registration()), 3000);
    });

    it("has what a CRD holds once", () => {
        const type = crdType;
        const long = "x".repeat(1000);
        assert.equal(bytes(registration({ type }, long)) - bytes(registration({ type })), 1000);
    });

    it("has each dependency with each resource", () => {
        const dependencies = ["a", "b"].map((name) => `urn:pulumi:prod::platform::t::${name}`);
        const more = bytes(registration({ dependencies })) - bytes(registration());
        assert.ok(more >= dependencies.join("").length);
    });

    it("is written whole before and after each resource, and so grows with the square", () => {
        const one = stateSize([registration()]);
        assert.equal(one.checkpointBytes, 2 * one.bytes);
        const ten = stateSize(timesSo([registration()], 10));
        const hundred = stateSize(timesSo([registration()], 100));
        const growth = hundred.checkpointBytes / ten.checkpointBytes;
        assert.equal(hundred.resources, 100);
        assert.ok(growth > 50 && growth < 100, String(growth));
    });
});
