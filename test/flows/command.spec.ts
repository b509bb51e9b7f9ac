import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { factsOf, missingCharts } from "../../preview/recorded-stack";
import { writeFlows } from "../../scripts/flows/files";
import { flowMapOf } from "../../scripts/flows/flow-map";
import { runScript } from "../fixtures/previewed-stack";
import { recordedStackFile, repository } from "../fixtures/stack-files";

const FILES = ["flows.md", "flows.svg"];
const run = (...options: string[]) => runScript("scripts/flows.ts", ...options);

describe("npm run flows", () => {
    let folder = "";
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "flows-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    it("writes what docs/ holds", async function () {
        const stack = await recordedStackFile("prod");
        const missing = missingCharts(stack).length;
        if (missing > 0) {
            console.log(`      ${FILES.length} files not compared: ${missing} charts not at hand`);
            this.skip();
        }
        writeFlows(flowMapOf("prod", factsOf(stack)), folder);
        assert.deepEqual(fs.readdirSync(folder).sort(), FILES);
        for (const file of FILES) {
            const [found, kept] = [folder, path.join(repository, "docs")].map((place) =>
                fs.readFileSync(path.join(place, file), "utf8"),
            );
            assert.ok(found === kept, `docs/${file} is out of date; run \`make flows\``);
        }
    });

    it("prints one JSON document and writes nothing, or says which charts are missing", async () => {
        const { out, error, code } = await run("--json");
        assert.deepEqual(fs.readdirSync(folder), []);
        const missing = missingCharts(await recordedStackFile("prod"));
        if (missing.length > 0) {
            assert.equal(code, 1);
            assert.equal(out, "");
            assert.ok(error.includes(`would be missing: ${missing.join(", ")} could not be`));
            return;
        }
        assert.equal(code, 0, error);
        const { stack, flows } = JSON.parse(out) as { stack: string; flows: unknown[] };
        assert.equal(stack, "prod");
        assert.ok(flows.length > 0);
    });

    it("says in one sentence what is wrong with its options", async () => {
        const unknown = await run("--stack", "nope");
        assert.equal(unknown.code, 2);
        assert.match(unknown.error, /^There is no stack nope: .*; allowed: .*\n$/);
        const option = await run("--bad");
        assert.equal(option.code, 2);
        assert.match(option.error, /^There is no option --bad\.\n[^]*Usage: npm run flows/);
        assert.doesNotMatch(option.error, /\n {4}at /);
    });
});
