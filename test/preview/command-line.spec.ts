import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ChartLine } from "../../preview/chart-line";
import type { Violation } from "../../preview/analyzer";

const root = path.join(__dirname, "..", "..");
/** What stands in for the stack's secrets; it must never be seen. */
const SECRET = "secret-of-the-stack";

interface Result {
    readonly code: number | null;
    readonly out: string;
    readonly error: string;
}

function run(script: string, ...args: string[]): Promise<Result> {
    return new Promise((resolve, reject) => {
        const flags = ["--require", "tsx/cjs", "--stack-trace-limit=0"];
        const child = spawn(process.execPath, [...flags, path.join(root, script), ...args], {
            cwd: root,
            stdio: ["ignore", "pipe", "pipe"],
        });
        let out = "";
        let error = "";
        child.stdout.on("data", (data: Buffer) => (out += data.toString()));
        child.stderr.on("data", (data: Buffer) => (error += data.toString()));
        child.once("error", reject);
        child.once("close", (code) => {
            resolve({ code, out, error });
        });
    });
}

const preview = (...args: string[]) => run("preview/start.js", ...args);

describe("npm run preview", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "command-line-"));
    const page = path.join(folder, "deep", "scorecard.html");
    const comment = path.join(folder, "scorecard.md");
    let result: Result;
    let document: {
        readonly stack: string;
        readonly resources: readonly { readonly urn: string }[];
        readonly charts: readonly ChartLine[];
        readonly violations: readonly Violation[];
        readonly scorecard: { readonly categories: readonly unknown[] };
    };

    before(async () => {
        result = await preview("--stack", "dev", "--json", "--html", page, "--markdown", comment);
        document = JSON.parse(result.out) as typeof document;
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    it("prints one document and nothing else", () => {
        assert.equal(result.out.trim().split("\n").length, 1);
        assert.equal(result.error, "");
        assert.equal(document.stack, "dev");
        assert.ok(document.resources.length > 100);
        assert.equal(document.scorecard.categories.length, 10);
    });

    it("ends with 1 on a mandatory violation, else with 0", () => {
        const isViolated = document.violations.some(({ level }) => level === "mandatory");
        assert.equal(result.code, isViolated ? 1 : 0);
    });

    it("writes the page and the comment too, into folders that it makes", () => {
        assert.match(fs.readFileSync(page, "utf8"), /^<!doctype html>/);
        assert.match(fs.readFileSync(comment, "utf8"), /^<!-- readiness-scorecard:dev -->/);
    });

    it("never shows a secret", () => {
        const texts = [result.out, fs.readFileSync(page, "utf8"), fs.readFileSync(comment, "utf8")];
        for (const text of texts) {
            assert.ok(!text.includes(SECRET));
        }
    });

    it("shows nothing of the inputs on the page", () => {
        const text = fs.readFileSync(page, "utf8");
        assert.ok(!text.includes("$secret"));
        assert.ok(!text.includes("stringData"));
    });

    it("fails on a chart that is missing where all are required", async () => {
        const { code, error } = await preview("--stack", "dev", "--json", "--require-charts");
        const missing = document.charts.filter(({ rendered }) => !rendered);
        if (missing.length > 0) {
            assert.equal(code, 1);
            assert.ok(error.includes(missing[0]?.chart ?? ""));
        } else {
            assert.equal(code, result.code);
        }
    });
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
        assert.match(error, /^\/dev\/null\/page\.html cannot be written/);
    });

    it("gets the usage on request", async () => {
        const { code, out } = await preview("--help");
        assert.equal(code, 0);
        assert.match(out, /--html FILE/);
    });
});

describe("npm run up", () => {
    it("asks for a stack, and refuses another pack", async () => {
        const without = await run("scripts/stack.ts", "up");
        assert.equal(without.code, 2);
        assert.match(without.error, /Say which stack: --stack dev \| prod/);
        const other = await run("scripts/stack.ts", "up", "--stack", "dev", "--policy-pack", "x");
        assert.equal(other.code, 2);
        assert.match(other.error, /--policy-pack is not allowed here/);
    });
});
