import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findTool, runTool } from "../../../scripts/second-opinions/runners";
import { tools } from "../../../scripts/second-opinions/rules";
import { runScript } from "../../fixtures/previewed-stack";

describe("a tool for a second opinion", () => {
    const { PATH } = process.env;
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "opinions-test-"));
    });
    afterEach(() => {
        process.env.PATH = PATH;
        fs.rmSync(folder, { recursive: true });
    });

    const install = (name: string, script: string) => {
        const file = path.join(folder, name);
        fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
        process.env.PATH = `${folder}${path.delimiter}${PATH ?? ""}`;
        return { file, what: "" };
    };
    const find = async (name: string) => {
        const tool = tools[name];
        assert.ok(tool);
        return findTool(name, tool, () => undefined);
    };

    it("is taken from the PATH, with the version that it says", async () => {
        const { file } = install("kube-linter", "echo v9.9.9");
        assert.deepEqual(await find("kube-linter"), { file, what: `v9.9.9 (${file})` });
    });

    it("is skipped with a reason where it is never run", async () => {
        const reason = await find("kubescape");
        assert.ok(typeof reason === "string");
        assert.match(reason, /fetches its rules/);
    });

    it("may end with a code that says that it found something", async () => {
        const report = '{"Reports":[{"Check":"a","Object":{"K8sObject":{"Name":"b"}}}]}';
        const found = install("kube-linter", `echo '${report}'; exit 1`);
        const findings = await runTool("kube-linter", found, "file", "v1.36.0");
        assert.deepEqual(
            findings.map(({ rule, resource }) => [rule, resource]),
            [["a", "b"]],
        );
    });

    it("that prints no report is no tool that found nothing", async () => {
        const found = install("kube-linter", "echo 'Error: bad flag' >&2; exit 1");
        await assert.rejects(
            runTool("kube-linter", found, "file", "v1.36.0"),
            /^Error: it printed no report: Error: bad flag$/,
        );
    });
});

describe("npm run second-opinions", () => {
    it("prints its usage on request, and does nothing else", async () => {
        const { code, out } = await runScript("scripts/second-opinions.ts", "--help");
        assert.equal(code, 0);
        assert.match(out, /^Usage: npm run second-opinions/);
    });
});
