import * as assert from "node:assert/strict";
import { categories } from "../../policy/kernel/criterion";
import { escapeMarkdown, markerOf, scorecardMarkdown } from "../../preview/scorecard-markdown";
import { broken, judged, partlyJudged } from "./fixture";

const options = { documentation: "https://example.org/docs/criteria.md" };

describe("the Markdown", () => {
    it("starts with the marker by which its comment is found again", () => {
        assert.equal(scorecardMarkdown(judged(), options).split("\n")[0], markerOf("test"));
    });

    it("counts all ten categories, and names each verdict", () => {
        const text = scorecardMarkdown(judged(), options);
        for (const title of Object.values(categories)) {
            assert.ok(text.includes(`| ${title} |`), title);
        }
        assert.match(text, /✅ met \*\*IAC-01\*\*/);
        assert.match(text, /🟡 excepted \*\*HA-04\*\*/);
        assert.match(text, /❌ \*\*violated\*\* \*\*HA-05\*\*/);
        assert.match(text, /❔ met so far \*\*SEC-03\*\*/);
        assert.match(text, /➖ not applicable \*\*HA-15\*\*/);
    });

    it("tells violations with resource and mend, policies that did not run, and missing charts", () => {
        const text = scorecardMarkdown(judged({ violations: [broken] }), options);
        assert.match(text, /#### ❌ HA-05 \(mandatory\)/);
        assert.match(text, /- <code>Deployment\/n8n\/n8n<\/code>: no budget selects it/);
        assert.match(text, /\*\*Mend:\*\* Set <code>HA-05<\/code> right\./);
        assert.ok(text.includes("(https://example.org/docs/criteria.md#ha-05)"));
        assert.match(text, /Policies that could not run/);
        assert.match(
            scorecardMarkdown(partlyJudged(), options),
            /- not rendered, out of reach .*: <code>n8n 1\.0\.0 \(charts\.example\.org\)<\/code>/,
        );
    });

    it("names the evidence", () => {
        assert.match(
            scorecardMarkdown(judged(), options),
            /judged: <code>Deployment\/n8n\/n8n<\/code>/,
        );
    });

    it("lets nothing through that means something to GitHub", () => {
        const text = scorecardMarkdown(judged(), options);
        assert.ok(!text.includes("<img"));
        assert.ok(!text.includes("@everyone"));
        assert.ok(!text.includes("repo#1"));
        assert.ok(!text.includes("*bold*"));
        assert.equal(escapeMarkdown("a|b\nc"), "a&#124;b c");
    });

    it("fits into a comment, leaving out evidence first and saying so", () => {
        const whole = judged();
        const [violated] = whole.scorecard.criteria.filter(({ id }) => id === "HA-05");
        assert.ok(violated);
        const findings = Array.from({ length: 2000 }, () => violated.findings).flat();
        const criteria = whole.scorecard.criteria.map((criterion) =>
            criterion === violated ? { ...criterion, findings } : criterion,
        );
        const text = scorecardMarkdown(
            { ...whole, scorecard: { ...whole.scorecard, criteria } },
            { ...options, limit: 20_000 },
        );
        assert.ok(text.length <= 20_000, String(text.length));
        assert.match(text, /and 1\d{3} findings more, on the HTML page/);
    });
});
