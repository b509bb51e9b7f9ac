/** The alerts in the hands of Prometheus' own tool, where it is at hand. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ruleGroup } from "../../components/base/monitoring-objects";
import { findExecutable } from "../../components/base/helm";
import { alerts } from "./declared";

/** Unit tests in the format of `promtool test rules`: of each critical alert, and of some others. */
const tests = path.join(__dirname, "rules");
const tested = fs.readdirSync(tests).map((file) => path.basename(file, ".yaml"));
const critical = alerts.filter(({ severity }) => severity === "critical");

function findPromtool(): string | undefined {
    return findExecutable("promtool", (process.env.PATH ?? "").split(path.delimiter));
}

describe("promtool", () => {
    const promtool = findPromtool();
    let folder: string;

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "rules-"));
        fs.cpSync(tests, folder, { recursive: true });
        const files = [...new Set(alerts.map(({ file }) => file))];
        const groups = files.map((file) =>
            ruleGroup(
                { system: file, repository: "https://example.com" },
                alerts.filter((alert) => alert.file === file),
            ),
        );
        // Every JSON document is a YAML document.
        fs.writeFileSync(path.join(folder, "rules.yaml"), JSON.stringify({ groups }));
    });

    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function run(context: Mocha.Context, ...args: readonly string[]): void {
        if (promtool === undefined) {
            context.skip();
        }
        const { status, stdout, stderr } = spawnSync(promtool, args, {
            cwd: folder,
            encoding: "utf8",
        });
        assert.equal(status, 0, `${stdout}${stderr}`);
    }

    it("has a unit test for each critical alert, and none for what is no alert", () => {
        const lacking = critical.filter(({ name }) => !tested.includes(name));
        assert.deepEqual(lacking, []);
        const known = new Set(alerts.map(({ name }) => name));
        assert.deepEqual(
            tested.filter((name) => !known.has(name)),
            [],
        );
    });

    it("accepts every rule", function () {
        if (promtool === undefined) {
            console.log(
                `    (promtool is not on the PATH: ${tested.length + 1} checks of rules skipped)`,
            );
        }
        run(this, "check", "rules", "--lint-fatal", "rules.yaml");
    });

    for (const name of tested) {
        it(`sees ${name} fire when it must and not before`, function () {
            run(this, "test", "rules", `${name}.yaml`);
        });
    }
});
