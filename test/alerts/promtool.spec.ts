/** The alerts in the hands of Prometheus' own tool, where it is at hand. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ruleGroup } from "../../components/base/monitoring-objects";
import { findExecutable } from "../../components/base/helm";
import { alerts, type DeclaredAlert } from "./declared";

/** Unit tests in the format of `promtool test rules`: of each critical alert, and of some others. */
const tests = path.join(__dirname, "rules");
const tested = fs.readdirSync(tests).map((file) => path.basename(file, ".yaml"));
const critical = alerts.filter(({ severity }) => severity === "critical");

/**
 * The alerts that a test names: promtool evaluates all that it is given at each minute of each test,
 * which is a minute of processor time for those of the whole platform. One that asks for any alert
 * by its severity is given all.
 */
function alertsOf(test: string): readonly DeclaredAlert[] {
    const named = alerts.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(test));
    return named.some(({ expression }) => expression.includes("ALERTS")) ? alerts : named;
}

function findPromtool(): string | undefined {
    return findExecutable("promtool", (process.env.PATH ?? "").split(path.delimiter));
}

describe("promtool", () => {
    const promtool = findPromtool();
    let folder: string;

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "rules-"));
        fs.cpSync(tests, folder, { recursive: true });
    });

    /** Every JSON document is a YAML document. */
    function writeRules(some: readonly DeclaredAlert[]): void {
        const files = [...new Set(some.map(({ file }) => file))];
        const groups = files.map((file) =>
            ruleGroup(
                { system: file, repository: "https://example.com" },
                some.filter((alert) => alert.file === file),
            ),
        );
        fs.writeFileSync(path.join(folder, "rules.yaml"), JSON.stringify({ groups }));
    }

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
        writeRules(alerts);
        run(this, "check", "rules", "--lint-fatal", "rules.yaml");
    });

    for (const name of tested) {
        it(`sees ${name} fire when it must and not before`, function () {
            writeRules(alertsOf(fs.readFileSync(path.join(tests, `${name}.yaml`), "utf8")));
            run(this, "test", "rules", `${name}.yaml`);
        });
    }
});
