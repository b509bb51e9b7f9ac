import * as assert from "node:assert/strict";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { toRequest, toStackRequest } from "../../preview/analyze-request";
import type { Registration } from "../../preview/recorder";

function registration(type: string, inputs: Parameters<typeof Struct.fromJavaScript>[0]) {
    return {
        urn: `urn:pulumi:test::platform::${type}::thing`,
        type,
        name: "thing",
        parent: "urn:pulumi:test::platform::test:System::system",
        custom: true,
        inputs: Struct.fromJavaScript(inputs),
        dependencies: ["urn:pulumi:test::platform::test:Thing::other"],
        provider: "",
        protect: true,
        ignoreChanges: ["data"],
        replaceOnChanges: [],
        replaceWith: [],
        retainOnDelete: false,
        additionalSecretOutputs: [],
    } satisfies Registration;
}

describe("the requests to the pack", () => {
    it("say of a registration what the engine would", () => {
        const inputs = { kind: "Secret", data: { a: "b" } };
        const request = toRequest(registration("kubernetes:core/v1:Secret", inputs));
        assert.equal(request.getType(), "kubernetes:core/v1:Secret");
        assert.equal(request.getName(), "thing");
        assert.match(request.getUrn(), /::thing$/);
        assert.deepEqual(request.getProperties()?.toJavaScript(), inputs);
        assert.equal(request.getOptions()?.getProtect(), true);
        assert.match(request.getOptions()?.getParent() ?? "", /::system$/);
        assert.deepEqual(request.getOptions()?.getIgnorechangesList(), ["data"]);
    });

    it("hold the whole stack in its order, with what depends on what and without inputs", () => {
        const [one, two] = ["test:One", "test:Two"].map((type) => registration(type, { a: 1 }));
        assert.ok(one !== undefined && two !== undefined);
        const resources = toStackRequest([two, one]).getResourcesList();
        assert.deepEqual(
            resources.map((resource) => resource.getUrn()),
            [two.urn, one.urn],
        );
        const [first] = resources;
        assert.deepEqual(first?.getProperties()?.toJavaScript(), {});
        assert.deepEqual(first.getDependenciesList(), two.dependencies);
        assert.equal(first.getParent(), two.parent);
    });
});
