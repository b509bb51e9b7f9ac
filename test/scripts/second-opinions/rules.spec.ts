import * as assert from "node:assert/strict";
import { criteria } from "../../../policy/criteria";
import { groupOf, ruleName, tools } from "../../../scripts/second-opinions/rules";
import { runners } from "../../../scripts/second-opinions/runners";

describe("the rules of other tools", () => {
    const ids = new Set(criteria.map(({ id }) => id));
    for (const [name, tool] of Object.entries(tools)) {
        it(`of ${name} are each there once, with a criterion that exists or a reason`, () => {
            const rules = tool.groups.flatMap((group) => group.rules.map(ruleName));
            assert.equal(new Set(rules).size, rules.length);
            assert.ok(rules.length >= 39);
            for (const { criterion, why, differs, on } of tool.groups) {
                assert.ok((criterion === undefined) !== (why === undefined));
                assert.ok(criterion === undefined || ids.has(criterion), criterion);
                assert.ok(on === undefined || differs !== undefined);
                assert.match(why ?? differs ?? "A sentence.", /^[A-Z`][^\n]*\.$/);
            }
        });

        it(`of ${name} are run, or it says why they are not`, () => {
            assert.notEqual(name in runners, tool.notRun !== undefined);
            assert.equal(name in runners, tool.package !== undefined);
        });
    }

    it("are found by the name that a tool reports", () => {
        const tool = {
            ...tools.kubescape,
            source: "",
            version: "",
            groups: [{ rules: ["C-1 Title"] }],
        };
        assert.ok(groupOf(tool, "C-1"));
        assert.equal(groupOf(tool, "Title"), undefined);
    });
});
