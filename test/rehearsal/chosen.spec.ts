import assert from "node:assert/strict";
import { chosenScenarios } from "../../rehearsal/up/chosen";
import { SCENARIOS } from "../../rehearsal/up/scenarios";

const names = (...only: readonly string[]) => chosenScenarios(only).map(({ name }) => name);

describe("the scenarios of a whole update", () => {
    it("are all, in their order, where none is named", () => {
        assert.equal(names().length, SCENARIOS.length);
        assert.equal(new Set(names()).size, SCENARIOS.length);
        assert.equal(names()[0], "from-nothing");
    });

    it("follow what they need, and nothing else", () => {
        assert.deepEqual(names("upgrade"), ["from-nothing", "upgrade"]);
        assert.deepEqual(names("node-resized"), ["from-nothing", "node-added", "node-resized"]);
        assert.deepEqual(names("restore", "refused"), ["from-nothing", "refused", "restore"]);
    });

    it("need nothing where they begin with an empty Proxmox of their own", () => {
        assert.deepEqual(names("killed"), ["killed"]);
    });
});
