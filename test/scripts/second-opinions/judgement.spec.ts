import * as assert from "node:assert/strict";
import { judgeFindings, type Scorecard } from "../../../scripts/second-opinions/judgement";
import type { RuleGroup, Tool } from "../../../scripts/second-opinions/rules";

const WEB = "Deployment/app/web";

function tool(group: Partial<RuleGroup>): Tool {
    return { source: "", version: "", groups: [{ rules: ["rule"], ...group }] };
}

const scorecard: Scorecard = {
    criteria: [
        { id: "HA-04", verdict: "met", findings: [], judged: ["urn:web"] },
        {
            id: "HA-07",
            verdict: "excepted",
            findings: [{ verdict: "excepted", urn: "urn:web", resource: WEB, message: "has none" }],
            judged: ["urn:web"],
        },
        { id: "SEC-01", verdict: "met", findings: [], judged: ["urn:namespace"] },
        {
            id: "HA-14",
            verdict: "not judged",
            findings: [{ verdict: "not judged", urn: "urn:web", resource: WEB, message: "?" }],
            judged: [],
        },
    ],
    keys: new Map([
        ["urn:web", WEB],
        ["urn:namespace", "Namespace/app"],
    ]),
};

function stateOf(group: Partial<RuleGroup>, rule = "rule", resource = WEB): string {
    const [judged] = judgeFindings([{ rule, resource, message: "" }], tool(group), scorecard);
    return judged?.state ?? "";
}

describe("a finding of another tool", () => {
    it("is ours where the criterion has found it too, excepted or not", () => {
        assert.equal(stateOf({ criterion: "HA-07" }), "ours");
    });

    it("is unexplained where the criterion has judged the resource and there is no reason", () => {
        assert.equal(stateOf({ criterion: "HA-04" }), "unexplained");
    });

    it("is accepted with a reason where the criterion has judged the resource or its namespace", () => {
        assert.equal(stateOf({ criterion: "HA-04", differs: "Why." }), "accepted");
        assert.equal(stateOf({ criterion: "SEC-01", differs: "Why." }), "accepted");
    });

    it("is unexplained in spite of a reason where the criterion has judged nothing of it", () => {
        const group = { criterion: "HA-04", differs: "Why." };
        assert.equal(stateOf(group, "rule", "Deployment/app/other"), "unexplained");
        assert.equal(stateOf({ ...group, criterion: "HA-14" }), "unexplained");
        assert.equal(stateOf({ ...group, criterion: "HA-99" }), "unexplained");
    });

    it("is accepted only of the resources that the reason is about, where it names some", () => {
        const group = { criterion: "HA-04", differs: "Why." };
        assert.equal(stateOf({ ...group, on: ["Deployment/*"] }), "accepted");
        assert.equal(stateOf({ ...group, on: ["Deployment/app/we"] }), "unexplained");
        assert.equal(stateOf({ ...group, on: ["Deployment.app.web"] }), "unexplained");
    });

    it("is not asked where there is a reason and no criterion", () => {
        assert.equal(stateOf({ why: "Why." }), "not asked");
    });

    it("is unexplained when nobody knows the rule", () => {
        assert.equal(stateOf({ why: "Why." }, "new-rule"), "unexplained");
    });
});
