import * as assert from "node:assert/strict";
import { promisesOf } from "../../rehearsal/promises";

describe("what a stack promises", () => {
    const isPromised = promisesOf({
        "ha-01-control-plane": "advisory",
        "ha-11-spare-node": "mandatory",
    });

    it("is what its profile makes mandatory", () => {
        assert.deepEqual(["HA-01", "HA-11"].map(isPromised), [false, true]);
    });

    it("may be said of all criteria at once, or with options", () => {
        const options = { "ha-04-replicas": { enforcementLevel: "mandatory" } } as const;
        const both = promisesOf({ all: "advisory", ...options });
        assert.deepEqual(["HA-01", "HA-04"].map(both), [false, true]);
    });

    it("is also what the levels do not name, as in the pack", () => {
        assert.equal(isPromised("HA-1"), true);
        assert.equal(isPromised("HA-04"), true);
    });
});
