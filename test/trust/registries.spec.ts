import assert from "node:assert/strict";
import { allowedRegistries, isAllowedImage } from "../../trust/registries";

describe("the registry list", () => {
    it("holds whole names: no prefix may end inside a host or an organisation", () => {
        assert.ok(allowedRegistries.every((registry) => registry.endsWith("/")));
        assert.ok(!isAllowedImage("quay.io.example.org/a/b:1"));
        assert.ok(!isAllowedImage("docker.io/somebody/nginx:1"));
        assert.ok(isAllowedImage("quay.io/cilium/cilium:v1"));
    });
});
