import * as assert from "node:assert/strict";
import { deployment, type Inputs, judge, resource } from "../harness";

const single = deployment({ spec: { replicas: 1 } });
const bare = deployment({ container: { resources: undefined } });

function declaring(...exceptions: Inputs[]) {
    return resource("platform:apps:N8n", "n8n", {
        exceptions: exceptions.map((exception) => ({
            criterion: "HA-04",
            resource: "Deployment/apps/web",
            reason: "the main process of n8n cannot run twice",
            guard: "it restarts within 30 s",
            expires: "2026-01-31",
            ...exception,
        })),
    });
}

describe("an exception", () => {
    it("covers the criterion and the resource that it names", async () => {
        const result = await judge([declaring({}), single], { today: "2026-01-15" });
        assert.deepEqual(result.of("HA-04"), []);
        assert.equal(result.verdict("HA-04").verdict, "excepted");
        assert.deepEqual(
            result.exceptions().map(({ state, reason, guard }) => ({ state, reason, guard })),
            [
                {
                    state: "used",
                    reason: "the main process of n8n cannot run twice",
                    guard: "it restarts within 30 s",
                },
            ],
        );
    });

    it("covers a criterion on single resources too", async () => {
        const result = await judge([declaring({ criterion: "HA-08" }), bare]);
        assert.deepEqual(result.of("HA-08"), []);
        assert.equal(result.verdict("HA-08").verdict, "excepted");
    });

    it("holds on its last day and no longer", async () => {
        const onLastDay = await judge([declaring({}), single], { today: "2026-01-31" });
        assert.deepEqual(onLastDay.of("HA-04"), []);
        const after = await judge([declaring({}), single], { today: "2026-02-01" });
        assert.deepEqual(after.of("HA-04"), [
            "Deployment/apps/web: replicas is 1; run at least 2 (its exception expired on 2026-01-31).",
        ]);
        assert.equal(after.verdict("HA-04").verdict, "violated");
        assert.equal(after.exceptions()[0]?.state, "expired");
    });

    for (const [title, change] of Object.entries({
        "another resource": { resource: "Deployment/apps/other" },
        "another criterion": { criterion: "HA-06" },
        "a wildcard": { resource: "Deployment/apps/*" },
        "no last day": { expires: undefined },
    })) {
        it(`with ${title} covers nothing`, async () => {
            const result = await judge([declaring(change), single]);
            assert.equal(result.of("HA-04").length, 1);
        });
    }

    it("that nothing needs is printed as unused", async () => {
        const result = await judge([declaring({}), deployment()]);
        assert.equal(result.exceptions()[0]?.state, "unused");
        assert.equal(result.verdict("HA-04").verdict, "met");
    });

    it("for an object that is not there is printed as naming nothing", async () => {
        const change = { resource: "Deployment/apps/wbe" };
        const result = await judge([declaring(change), deployment()]);
        assert.equal(result.exceptions()[0]?.state, "names nothing");
    });

    it("never turns what was not judged into something excepted", async () => {
        const chart = resource("platform:base:Chart", "web", { rendered: false });
        const result = await judge([declaring({}), chart, single]);
        assert.equal(result.verdict("HA-04").verdict, "not judged");
    });

    it("covers a namespace that objects only name", async () => {
        const namespace = { criterion: "TEN-01", resource: "Namespace/apps" };
        const result = await judge([declaring(namespace), single]);
        assert.deepEqual(result.of("TEN-01"), []);
        assert.equal(result.verdict("TEN-01").verdict, "excepted");
    });
});
