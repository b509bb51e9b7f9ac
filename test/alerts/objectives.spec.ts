/** Objectives as rules: what Sloth makes of the same, and what Prometheus' own tool sees fire. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { dump, load, loadAll } from "js-yaml";
import { z } from "zod";
import { findExecutable } from "../../components/base/helm";
import { errorRatio, objectiveFault } from "../../components/base/objective";
import { objectiveRules } from "../../components/base/objective-rules";
import { type DeclaredObjective, objectives } from "./declared";

const group = z.object({
    rules: z.array(
        z.object({
            record: z.string().optional(),
            alert: z.string().optional(),
            expr: z.string(),
            labels: z.record(z.string(), z.string()),
        }),
    ),
});
type Rule = z.infer<typeof group>["rules"][number];

const of = { system: "sample", repository: "https://example.com" };

function run(file: string, args: readonly string[], cwd?: string): void {
    const { status, stdout, stderr } = spawnSync(file, args, { cwd, encoding: "utf8" });
    assert.equal(status, 0, `${stdout}${stderr}`);
}

const tool = (name: string) => findExecutable(name, (process.env.PATH ?? "").split(path.delimiter));

/** A rule without what only tells who wrote it: spaces, names of labels, digits past the ninth. */
function normalized({ record, alert, expr, labels }: Rule) {
    const text = expr
        .replace(/\s+/g, "")
        .replace(/sloth_id="[^"]*",sloth_service="[^"]*",/g, "")
        .replace(/sloth_id,/g, "")
        .replace(/sloth_/g, "")
        .replace(/on\(slo,service\)|on\(service,slo\)/g, "on(slo,service)")
        .replace(/vector\(1-([\d.]+)\)/g, (_, ratio: string) => `vector(${1 - Number(ratio)})`)
        .replace(/\d+\.\d{10,}/g, (digits) => String(Number(Number(digits).toFixed(9))));
    const { slo, window, severity } = Object.fromEntries(
        Object.entries(labels).map(([name, value]) => [name.replace(/^sloth_(?!sev)/, ""), value]),
    );
    return { name: record ?? alert, text, slo, window, severity };
}

function own(objective: DeclaredObjective): Rule[] {
    return group.parse(objectiveRules(objective, of)).rules;
}

function toSloth(sloth: string, folder: string): Rule[] {
    const spec = {
        version: "prometheus/v1",
        service: of.system,
        slos: objectives.map((objective) => ({
            name: objective.name,
            objective: objective.percent,
            sli: { raw: { error_ratio_query: errorRatio(objective, "{{.window}}") } },
            alerting: {
                name: objective.alert,
                page_alert: { labels: { severity: "critical" } },
                ticket_alert: { labels: { severity: "warning" } },
            },
        })),
    };
    const file = path.join(folder, "sloth.yaml");
    fs.writeFileSync(file, dump(spec));
    const { status, stdout, stderr } = spawnSync(sloth, ["generate", "-i", file], {
        encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return loadAll(stdout).flatMap((document) =>
        z
            .object({ groups: z.array(group) })
            .parse(document)
            .groups.flatMap(({ rules }) => rules),
    );
}

/** Series of one objective with so many times the even rate in a window, for so long. */
function burning({ name, percent }: DeclaredObjective, rates: Readonly<Record<string, number>>) {
    return Object.entries(rates).map(([window, factor]) => ({
        series: `slo:sli_error:ratio_rate${window}{slo="${name}", service="sample", window="${window}"}`,
        values: `${((100 - percent) / 100) * factor}x10`,
    }));
}

/** Rates, and how urgent what they fire is. */
const courses: readonly (readonly [string, Readonly<Record<string, number>>, string[]])[] = [
    ["a fast burn that goes on", { "5m": 15, "1h": 15 }, ["critical"]],
    ["a fast burn that has stopped", { "5m": 0, "1h": 15 }, []],
    ["a moment of errors", { "5m": 100, "1h": 14 }, []],
    ["hours of errors", { "30m": 7, "6h": 7 }, ["critical"]],
    ["a day that eats a tenth", { "2h": 3.1, "1d": 3.1 }, ["warning"]],
    ["three days that do", { "6h": 1.1, "3d": 1.1 }, ["warning"]],
    ["errors within the budget", { "6h": 0.9, "3d": 0.9, "2h": 0.9, "1d": 0.9 }, []],
];

function unitTests(objective: DeclaredObjective): object[] {
    return courses.map(([name, rates, severities]) => ({
        name,
        interval: "1m",
        input_series: burning(objective, rates),
        promql_expr_test: [
            {
                expr: `count by (severity) (ALERTS{alertname="${objective.alert}", alertstate="firing"})`,
                eval_time: "5m",
                exp_samples: severities.map((severity) => ({
                    labels: `{severity="${severity}"}`,
                    value: 1,
                })),
            },
        ],
    }));
}

describe("objectives", () => {
    let folder: string;
    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "objectives-"));
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    it("are kept by rules that Sloth would make of them too", function () {
        const sloth = tool("sloth");
        if (sloth === undefined) {
            console.log(`    (sloth is not on the PATH: ${objectives.length} comparisons skipped)`);
            this.skip();
        }
        // Who made it; and each query in parentheses of its own.
        const theirs = toSloth(sloth, folder)
            .filter(({ record }) => record !== "sloth_slo_info")
            .map(normalized);
        const ours = objectives.flatMap(own).map(normalized);
        const bare = (rules: typeof ours) =>
            rules
                .map(({ text, ...rule }) => ({ ...rule, text: text.replace(/[()]/g, "") }))
                .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
        assert.deepEqual(bare(ours), bare(theirs));
    });

    it("fire when the budget goes too fast, and only then", function () {
        const promtool = tool("promtool");
        if (promtool === undefined) {
            console.log(
                `    (promtool is not on the PATH: ${objectives.length * courses.length} courses skipped)`,
            );
            this.skip();
        }
        // The shares of errors are given, so nothing may record them too.
        const groups = objectives.map((objective) => ({
            ...objectiveRules(objective, of),
            rules: own(objective).filter(({ record = "" }) => !record.startsWith("slo:sli_error:")),
        }));
        fs.writeFileSync(path.join(folder, "rules.yaml"), JSON.stringify({ groups }));
        const file = path.join(folder, "test.yaml");
        const tests = objectives.flatMap(unitTests);
        fs.writeFileSync(file, JSON.stringify({ rule_files: ["rules.yaml"], tests }));
        run(promtool, ["check", "rules", "--lint=none", path.join(folder, "rules.yaml")]);
        run(promtool, ["test", "rules", file]);
    });

    it("measure what they say, on sample series", function () {
        const promtool = tool("promtool");
        if (promtool === undefined) {
            console.log("    (promtool is not on the PATH: the indicators are not measured)");
            this.skip();
        }
        fs.cpSync(path.join(__dirname, "objectives"), folder, { recursive: true });
        const files = fs.readdirSync(path.join(__dirname, "objectives"));
        const asked = files.map((file) => fs.readFileSync(path.join(folder, file), "utf8")).join();
        // The tool gives a query ten thousand samples: three days of a few series are more.
        const groups = objectives.map((objective) => ({
            ...objectiveRules(objective, of),
            rules: own(objective).filter(({ record = "" }) => asked.includes(`${record}{`)),
        }));
        fs.writeFileSync(path.join(folder, "rules.yaml"), JSON.stringify({ groups }));
        run(promtool, ["test", "rules", ...files], folder);
    });

    it("have a sample each", () => {
        const samples = fs.readdirSync(path.join(__dirname, "objectives")).flatMap((file) => {
            const text = fs.readFileSync(path.join(__dirname, "objectives", file), "utf8");
            const { tests } = z
                .object({ tests: z.array(z.object({ name: z.string() })) })
                .parse(load(text));
            return tests.map(({ name }) => name.split(":")[0]);
        });
        assert.deepEqual(
            objectives.map(({ name }) => name).filter((name) => !samples.includes(name)),
            [],
        );
    });

    it("leave room for failures: 100 % is refused in one sentence", () => {
        const [sample] = objectives;
        assert.ok(sample);
        for (const percent of [100, 100.1, 0, -1, Number.NaN]) {
            assert.throws(() => objectiveRules({ ...sample, percent }, of), /no room/);
        }
        assert.equal(objectiveFault({ name: "a", percent: 99.99 }), undefined);
    });
});
