import * as assert from "node:assert/strict";
import { FlowPolicies } from "../../components/base/flow-policies";
import type { Flow } from "../../components/base/flows";
import { sampleNetwork as network } from "../fixtures/settings";

/** Policies of a namespace `shop`, which register themselves under their names. */
function policies(): { readonly names: string[]; readonly allow: (flow: Flow) => string } {
    const names: string[] = [];
    const all = new FlowPolicies("shop", network, ({ metadata }) => {
        const { name = "" } = metadata;
        names.push(name);
        return name;
    });
    return { names, allow: (flow) => all.allow(flow) };
}

const flow = (name: string, pods?: Record<string, string>): Flow => ({
    name,
    pods,
    to: "internet",
    ports: [443],
});

describe("the policies of a namespace", () => {
    it("are one for each selector and direction, whatever the order of its labels", () => {
        const { names, allow } = policies();
        const first = allow(flow("one", { app: "web", tier: "front" }));
        assert.equal(allow(flow("two", { tier: "front", app: "web" })), first);
        assert.equal(allow(flow("three")), allow(flow("four", {})));
        assert.deepEqual(names, ["allow-web-front-out", "allow-every-pod-out"]);
    });

    it("have names of their own though other labels have the same values", () => {
        const { names, allow } = policies();
        for (const [index, key] of ["app", "name", "role"].entries()) {
            allow(flow(`flow-${index}`, { [key]: "web" }));
        }
        assert.equal(new Set(names).size, 3);
        assert.ok(names.every((name) => /^allow-web-out(-[0-9a-f]{8})?$/.test(name)));
    });

    it("hold no two flows of one name", () => {
        const { allow } = policies();
        allow(flow("one"));
        assert.throws(() => allow(flow("one")), /Namespace shop: two flows .* named one/);
        allow({ name: "one", from: "nodes", ports: [443] });
    });

    it("take no flow after the turn in which they were made", async () => {
        const { allow } = policies();
        await Promise.resolve();
        assert.throws(() => allow(flow("late")), /Namespace shop: the flow late comes after/);
    });
});
