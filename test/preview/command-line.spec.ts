import * as assert from "node:assert/strict";
import { type Previewed, previewedStack, runScript } from "../fixtures/previewed-stack";

/** What stands in for the stack's secrets; it must never be seen. */
const SECRET = "secret-of-the-stack";

const preview = (...args: string[]) => runScript("preview/start.js", ...args);

describe("npm run preview", () => {
    let result: Previewed;
    before(async () => {
        result = await previewedStack("dev");
    });

    it("prints one document and nothing else", () => {
        const { out, document } = result;
        assert.equal(out.trim().split("\n").length, 1);
        assert.equal(document.stack, "dev");
        assert.ok(document.resources.length > 100);
        assert.equal(document.scorecard.categories.length, 10);
    });

    it("writes the page and the comment too", () => {
        assert.match(result.page, /^<!doctype html>/);
        assert.match(result.comment, /^<!-- readiness-scorecard:dev -->/);
    });

    it("never shows a secret", () => {
        for (const text of [result.out, result.page, result.comment]) {
            assert.ok(!text.includes(SECRET));
        }
    });

    it("shows nothing of the inputs on the page", () => {
        assert.ok(!result.page.includes("$secret"));
        assert.ok(!result.page.includes("stringData"));
    });

    for (const stack of ["dev", "prod"] as const) {
        const requires = stack === "dev" ? "all charts" : "no chart";
        it(`ends with 1 on a mandatory violation, where it requires ${requires}`, async () => {
            const { document, code, error } = await previewedStack(stack);
            const isViolated = document.violations.some(({ level }) => level === "mandatory");
            const missing = document.charts.filter(({ rendered }) => !rendered);
            if (stack === "dev" && missing.length > 0) {
                assert.equal(code, 1);
                const names = missing.map(({ chart }) => chart).join(", ");
                assert.equal(error, `--require-charts: not rendered: ${names}\n`);
            } else {
                assert.equal(code, isViolated ? 1 : 0);
                assert.equal(error, "");
            }
        });
    }
});

describe("a mistake at the command line", () => {
    it("names the nearest stack, on stderr only, with code 2", async () => {
        const { code, out, error } = await preview("--stack", "prdo", "--json");
        assert.equal(code, 2);
        assert.equal(out, "");
        assert.match(error, /There is no stack prdo: .*did you mean prod\?/);
        assert.doesNotMatch(error, / {4}at /);
    });

    it("explains the options upon an unknown one", async () => {
        const { code, out, error } = await preview("--jsno");
        assert.equal(code, 2);
        assert.equal(out, "");
        assert.match(error, /--jsno[\s\S]*Usage: npm run preview/);
    });

    it("says which file cannot be written", async () => {
        const { code, error } = await preview("--stack", "dev", "--html", "/dev/null/page.html");
        assert.equal(code, 2);
        assert.match(error, /^\/dev\/null\/page\.html cannot be written: there is no folder/);
    });

    it("gets the usage on request", async () => {
        const { code, out } = await preview("--help");
        assert.equal(code, 0);
        assert.match(out, /--html FILE/);
    });
});

describe("npm run up", () => {
    it("asks for a stack, and refuses another pack", async () => {
        const without = await runScript("scripts/stack.ts", "up");
        assert.equal(without.code, 2);
        assert.match(without.error, /Say which stack: --stack dev \| everything \| prod/);
        const other = await runScript(
            "scripts/stack.ts",
            "up",
            "--stack",
            "dev",
            "--policy-pack",
            "x",
        );
        assert.equal(other.code, 2);
        assert.match(other.error, /--policy-pack is not allowed here/);
    });
});
