import * as assert from "node:assert/strict";
import type { Policies, StackValidationPolicy } from "@pulumi/policy";
import { makeAnalyzeStackRpcFun } from "@pulumi/policy/server";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { criteria } from "../../../policy/criteria";
import { toPolicies } from "../../../policy/kernel/policies";
import { installReadableOnce, readableOnce } from "../../../policy/sdk/resources-once";

function requestOf(...names: readonly string[]): proto.AnalyzeStackRequest {
    const resources = names.map((name) =>
        new proto.AnalyzerResource()
            .setType("test:Thing")
            .setUrn(name)
            .setName(name)
            .setProperties(new Struct())
            .setOptions(new proto.AnalyzerResourceOptions()),
    );
    return new proto.AnalyzeStackRequest().setResourcesList(resources);
}

/** How many resources each of some policies is shown. */
async function shown(count: number, request: proto.AnalyzeStackRequest): Promise<number[]> {
    const seen: number[] = [];
    const policies = Array.from({ length: count }, (_, index): StackValidationPolicy => ({
        name: `policy-${index}`,
        description: "Counts.",
        enforcementLevel: "advisory",
        validateStack: ({ resources }) => {
            seen.push(resources.length);
        },
    }));
    await makeAnalyzeStackRpcFun(
        "test",
        "0.0.0",
        "advisory",
        policies,
    )({ request }, (error) => {
        assert.ifError(error);
    });
    return seen;
}

describe("the resources of a stack", () => {
    const getResourcesList = Reflect.get(proto.AnalyzeStackRequest.prototype, "getResourcesList");
    after(() => {
        Object.assign(proto.AnalyzeStackRequest.prototype, { getResourcesList });
    });

    it("can be gone through once", () => {
        const list = readableOnce([1, 2]);
        assert.equal(list.length, 2);
        assert.deepEqual([...list], [1, 2]);
        assert.deepEqual([...list], []);
    });

    it("are prepared for the first policy of each request only", async () => {
        const request = () => requestOf("a", "b", "c");
        assert.deepEqual(await shown(3, request()), [3, 3, 3]);
        installReadableOnce();
        assert.deepEqual(await shown(3, request()), [3, 0, 0]);
        assert.deepEqual(await shown(2, request()), [3, 0]);
    });

    it("are shown to the policy that learns the dependencies", () => {
        const isOnStack = (policy: Policies[number]) => "validateStack" in policy;
        assert.equal(toPolicies(criteria).find(isOnStack)?.name, "settle-facts");
    });
});
