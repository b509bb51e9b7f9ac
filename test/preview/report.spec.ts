import * as assert from "node:assert/strict";
import { categories } from "../../policy/kernel/criterion";
import { previewReport } from "../../preview/report";
import { inScorecardOrder } from "../../preview/scorecard/order";
import { columns, styleOf, wrap } from "../../preview/scorecard/terminal";
import { broken, judged, partlyJudged } from "./fixture";

const plain = { colours: false };

describe("the report", () => {
    it("says first how much the verdict covers, and last what to do next", () => {
        const lines = previewReport(judged(), plain).split("\n");
        assert.match(lines[1] ?? "", /^The verdict covers everything: 1 of 1 chart rendered\.$/);
        assert.match(lines.at(-3) ?? "", /^NOT READY: 1 mandatory violation\.$/);
        assert.match(lines.at(-2) ?? "", /^Next: mend the first one/);
    });

    it("names a missing chart before anything else, and is never simply ready then", () => {
        const lines = previewReport(partlyJudged(), plain).split("\n");
        assert.match(lines[1] ?? "", /^THE VERDICT COVERS ONLY A PART: 0 OF 1 CHART RENDERED/);
        assert.match(
            lines[2] ?? "",
            /not rendered, out of reach .*: n8n 1\.0\.0 \(charts\.example\.org\)$/,
        );
        assert.match(lines.at(-4) ?? "", /^Partial verdict: no mandatory violation so far/);
        assert.match(lines.at(-1) ?? "", /NOT a go-ahead/);
        assert.doesNotMatch(lines.slice(-4).join("\n"), /\bready\b/i);
    });

    it("has all ten categories, and each verdict in words", () => {
        const text = previewReport(judged(), plain);
        for (const title of Object.values(categories)) {
            assert.ok(text.includes(title), title);
        }
        assert.match(text, /met +IAC-01/);
        assert.match(text, /excepted +HA-04/);
        assert.match(text, /VIOLATED +HA-05/);
        assert.match(text, /met so far +SEC-03 .*\(on 1 of 2 subjects seen\)/);
        assert.match(text, /not applicable: HA-15/);
        assert.match(text, /Documentation +nothing to judge yet/);
    });

    it("tells a violation with its resource, its message and its mend", () => {
        const text = previewReport(judged(), plain);
        assert.match(text, /x Deployment\/n8n\/n8n: no budget selects it/);
        assert.match(text, /Mend: Set `HA-05` right\. See docs\/criteria\.md#ha-05/);
    });

    it("counts each thing as what it is", () => {
        const text = previewReport(judged(), plain);
        assert.match(text, /^Stack test: 1 resource,/);
        assert.match(text, /^Plan: 1 resource in 1 system$/m);
        assert.match(text, /High availability +0 of 2 met, 1 excepted/);
        assert.match(text, /excepted +HA-04 .*\(2 judged, 1 excepted\)/);
        assert.match(text, /VIOLATED +HA-05 .*\(2 judged, 1 violated\)/);
        assert.match(text, /^Exceptions \(1 object in 1 criterion\):$/m);
        assert.doesNotMatch(text, /\b0 (?:resources|judged)/);
    });

    it("names a reason that charts have in common once, and each chart by its own name", () => {
        const [chart] = judged().charts;
        assert.ok(chart);
        const missing = ["a", "b", "c"].map((name) => ({
            ...chart,
            name,
            chart: name,
            rendered: false,
            cause: name === "c" ? "no answer within 30 s" : "no such host",
        }));
        const text = previewReport(judged({ charts: missing }), plain);
        assert.equal(text.match(/no such host/g)?.length, 1);
        assert.match(text, /not rendered, no such host: a 1\.0\.0 .*, b 1\.0\.0 /);
        assert.match(text, /not rendered, no answer within 30 s: c 1\.0\.0 /);
    });

    it("does not name a system that makes nothing, and marks one whose chart is missing", () => {
        const whole = partlyJudged();
        const stack = whole.resources.find(({ parent }) => parent === "")?.urn ?? "";
        const platform = whole.resources.find(({ parent }) => parent === stack);
        const system = whole.resources.find(({ parent }) => parent === platform?.urn);
        assert.ok(platform && system);
        const part = (name: string, type: string, parent: string) => ({
            ...system,
            type,
            name,
            parent,
            urn: `urn:pulumi:test::platform::${type}::${name}`,
        });
        const text = previewReport(
            {
                ...whole,
                resources: [
                    ...whole.resources,
                    part("waits", "platform:x:Waits", platform.urn),
                    part("n8n", "platform:base:Chart", system.urn),
                ],
            },
            plain,
        );
        assert.match(text, /^Plan: 1 resource in 1 system; \+ means/m);
        assert.match(text, /^ {2}n8n 1\+$/m);
        assert.doesNotMatch(text, /waits/);
    });

    it("tells what the engine warns of", () => {
        assert.match(previewReport(judged({ warnings: ["w"] }), plain), /pulumi warns: w/);
    });

    it("is not ready when a policy could not run", () => {
        const text = previewReport(judged({ violations: [broken] }), plain);
        assert.match(text, /Policies that could not run \(1\):/);
        assert.match(text, /NOT READY: 1 policy run failed\./);
    });

    it("has colours at a terminal only, and none for who declines", () => {
        const terminal = { isTTY: true, columns: 90 };
        assert.ok(previewReport(judged(), styleOf(terminal, {})).includes("\u001b["));
        for (const style of [
            styleOf({ columns: 90 }, {}),
            styleOf(terminal, { NO_COLOR: "1" }),
            styleOf(terminal, { TERM: "dumb" }),
        ]) {
            assert.ok(!previewReport(judged(), style).includes("\u001b["));
        }
        assert.ok(styleOf(terminal, { NO_COLOR: "" }).colours, "an empty NO_COLOR says nothing");
    });
});

describe("the order of the criteria", () => {
    it("is that of the categories and numbers", () => {
        const { scorecard } = judged();
        const shuffled = { ...scorecard, criteria: [...scorecard.criteria].reverse() };
        assert.deepEqual(
            inScorecardOrder(shuffled).criteria.map(({ id }) => id),
            ["IAC-01", "HA-04", "HA-05", "HA-15", "SEC-03"],
        );
    });
});

describe("the layout of a terminal", () => {
    it("breaks lines at words and leaves them whole without a width", () => {
        assert.equal(wrap("one two three", 8, "  "), "one two\n  three");
        assert.equal(wrap("one two three", undefined, "  "), "one two three");
        assert.equal(wrap("unbreakable", 4, ""), "unbreakable");
    });

    it("fills columns from top to bottom", () => {
        assert.deepEqual(columns(["a", "b", "c"], 9, ""), ["a   c", "b"]);
        assert.deepEqual(columns([], 80, "  "), []);
    });
});
