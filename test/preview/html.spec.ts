import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { categories } from "../../policy/kernel/criterion";
import { html, jsonBlock } from "../../preview/scorecard/html";
import { toHtml } from "../../preview/scorecard-html";
import { broken, DEPLOYMENT, HOSTILE, judged, partlyJudged } from "./fixture";

const options = { documentation: "../docs/criteria.md" };

/** All values of an attribute. */
function attributes(page: string, name: string): string[] {
    return [...page.matchAll(new RegExp(`\\s${name}="([^"]*)"`, "g"))].map(
        ([, value = ""]) => value,
    );
}

describe("the page", () => {
    const page = toHtml(judged({ violations: [broken] }), options);

    it("has all ten categories as tiles, sections and filter", () => {
        for (const [id, title] of Object.entries(categories)) {
            assert.ok(page.includes(`<option value="${id}">${title}</option>`), title);
            assert.ok(page.includes(`id="category-${id}"`), title);
        }
        assert.equal(page.match(/class="tile"/g)?.length, Object.keys(categories).length);
    });

    it("has a criterion of each verdict, the violated one unfolded", () => {
        const found = [...page.matchAll(/<details\s[^>]*data-verdict="([^"]+)"[^>]*>/g)];
        assert.deepEqual(found.map(([, verdict]) => verdict).sort(), [
            "excepted",
            "met",
            "not applicable",
            "not judged",
            "violated",
        ]);
        const open = found.filter(([tag]) => /\sopen\b/.test(tag)).map(([, verdict]) => verdict);
        assert.deepEqual(open, ["violated"]);
    });

    it("links each finding to its resource and its mend, and all anchors exist once", () => {
        const ids = attributes(page, "id");
        assert.deepEqual(ids, [...new Set(ids)]);
        const anchors = attributes(page, "href").filter((href) => href.startsWith("#"));
        for (const anchor of anchors) {
            assert.ok(ids.includes(anchor.slice(1)), anchor);
        }
        assert.ok(anchors.includes("#mend-HA-05"));
        assert.ok(anchors.includes("#r3"));
        assert.ok(page.includes("Set <code>HA-05</code> right."));
        assert.ok(attributes(page, "href").includes("../docs/criteria.md#ha-05"));
    });

    it("shows type, component and URN of a resource, and carries the evidence", () => {
        assert.ok(page.includes("kubernetes:apps/v1:Deployment"));
        assert.ok(page.includes(DEPLOYMENT));
        const [, json = ""] =
            /<script type="application\/json" id="evidence">(.*?)<\/script>/.exec(page) ?? [];
        assert.deepEqual((JSON.parse(json) as Record<string, number[]>)["HA-05"], [3]);
    });

    it("tells exceptions with reason, guard and last day", () => {
        assert.ok(page.includes("needs a licence"));
        assert.ok(page.includes("restarts within 30 s"));
        assert.ok(page.includes("used, until 2027-05-31"));
    });

    it("says what was not judged: missing charts and policies that did not run", () => {
        assert.ok(page.includes("1 policy run failed"));
        const partial = toHtml(partlyJudged(), options);
        assert.ok(partial.includes("The verdict covers only a part"));
        assert.ok(partial.includes("<b>not rendered</b>: out of reach"));
    });

    it("escapes everything that comes from the program", () => {
        assert.ok(!page.includes("<img"));
        assert.ok(!page.includes(HOSTILE));
        assert.ok(page.includes("&#60;/script&#62;&#60;img src=x onerror=&#34;alert(1)&#34;&#62;"));
        assert.equal(page.match(/<script/g)?.length, 2, "the evidence and the script");
    });

    it("loads nothing: no address but links, and a policy that forbids the rest", () => {
        assert.deepEqual(attributes(page, "src"), []);
        assert.doesNotMatch(page, /<link|<iframe|@import|url\(/);
        assert.doesNotMatch(page, /\sstyle="|\son[a-z]+="/);
        const [policy = ""] = attributes(page, "content").filter((text) => text.includes("-src"));
        const rules = policy.replaceAll("&#39;", "'").split("; ");
        assert.ok(rules.includes("default-src 'none'"));
        for (const element of ["style", "script"]) {
            const [, text = ""] =
                new RegExp(`<${element}>(.*?)</${element}>`, "s").exec(page) ?? [];
            const hash = createHash("sha256").update(text).digest("base64");
            assert.ok(rules.includes(`${element}-src 'sha256-${hash}'`), element);
        }
    });

    it("is labelled for who does not see it", () => {
        assert.match(page, /<html lang="en">/);
        assert.match(page, /<title>test: Not ready/);
        assert.match(page, /role="img"[^>]*aria-label="1 of 4 criteria met"/);
        assert.equal(page.match(/<h1>/g)?.length, 1);
    });
});

describe("the template", () => {
    it("escapes text in elements and attributes, and keeps HTML that it made", () => {
        const inner = html`<b>${"<&>"}</b>`;
        assert.equal(
            html`<p title="${'"'}">${inner}${[1, "<"]}${undefined}</p>`.text,
            '<p title="&#34;"><b>&#60;&#38;&#62;</b>1&#60;</p>',
        );
    });

    it("keeps data inside its script block", () => {
        const { text } = jsonBlock("data", { key: "</script><!--" });
        assert.equal(text.match(/<\/script>/g)?.length, 1);
        const [, json = ""] = />(.*)<\/script>/.exec(text) ?? [];
        assert.deepEqual(JSON.parse(json), { key: "</script><!--" });
    });
});
