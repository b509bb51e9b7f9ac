import * as assert from "node:assert/strict";
import { createRequire } from "node:module";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { installDeserializeOnce, once } from "../../../policy/sdk/deserialize-once";

describe("deserialization in the pack", () => {
    it("happens once for each request", () => {
        let calls = 0;
        const counted = once(() => ({ call: (calls += 1) }));
        const struct = new Struct();
        assert.equal(counted(struct, false), counted(struct, false));
        counted(new Struct(), false);
        assert.equal(calls, 2);
    });

    it("is not shared where values are meant to be changed", () => {
        let calls = 0;
        const counted = once(() => ({ call: (calls += 1) }));
        const struct = new Struct();
        counted(struct, true);
        counted(struct, true);
        assert.equal(calls, 2);
    });

    it("replaces the function that the SDK's server looks up at each call", () => {
        const sdk = createRequire(__filename)("@pulumi/policy/deserialize") as {
            deserializeProperties: (struct: Struct, proxySecrets: boolean) => object;
        };
        const original = sdk.deserializeProperties;
        const uninstall = installDeserializeOnce();
        try {
            assert.notEqual(sdk.deserializeProperties, original);
            const struct = Struct.fromJavaScript({ a: 1 });
            const first = sdk.deserializeProperties(struct, false);
            assert.deepEqual(first, { a: 1 });
            assert.equal(sdk.deserializeProperties(struct, false), first);
        } finally {
            uninstall();
        }
        assert.equal(sdk.deserializeProperties, original);
    });
});
