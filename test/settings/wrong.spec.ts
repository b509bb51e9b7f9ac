import * as assert from "node:assert/strict";
import { changed, faultsOf, isTold } from "./fixture";
import { wrong } from "./wrong";

describe("a wrong setting", () => {
    for (const [where, value, says, at = where] of wrong) {
        const text = value === undefined ? "nothing" : JSON.stringify(value);
        it(`${where}: ${text.slice(0, 70)} is told at ${at}`, () => {
            const found = faultsOf(changed({ [where]: value }));
            const told = found.map(({ key, found: is, allowed }) => `${key}: ${is}; ${allowed}`);
            assert.equal(found.length, 1, told.join("\n"));
            const [fault] = found;
            assert.ok(fault !== undefined && isTold(fault), told.join());
            assert.equal(fault.key, at);
            assert.match(`${fault.found} ${fault.allowed}`, says);
        });
    }

    it("is tried in at least two hundred ways", () => {
        assert.ok(wrong.length >= 200, `${wrong.length} ways`);
    });
});
