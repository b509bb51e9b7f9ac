import assert from "node:assert/strict";
import { allowedRegistries, isAllowedImage } from "../../trust/registries";

describe("the registry list", () => {
    it("holds whole names: no prefix may end inside a host, an organisation or an image", () => {
        assert.ok(allowedRegistries.every((registry) => /\/$|\/[^/]+:$/.test(registry)));
        assert.ok(!isAllowedImage("quay.io.example.org/a/b:1"));
        assert.ok(!isAllowedImage("docker.io/library/nginx:1"));
        assert.ok(!isAllowedImage("docker.io/library/nodes:1"));
        assert.ok(isAllowedImage("quay.io/cilium/cilium:v1"));
    });
});
