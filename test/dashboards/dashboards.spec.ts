/** Laws over every dashboard that a stack with every system has. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { isLack } from "../../components/base/capabilities";
import type { Dashboard } from "../../components/base/dashboard";
import { findExecutable } from "../../components/base/helm";
import { dashboardModel } from "../../components/observability/dashboard-model";
import { grafanaDashboard } from "../../components/observability/grafana-objects";
import { allDashboards } from "../../components/observability/overviews";
import { systems } from "../../components/systems";
import { queriesOf } from "../../policy/engines/monitoring/dashboards";
import { read } from "../../policy/kernel/tree";

const dashboards = allDashboards(systems);
const choices = dashboards.flatMap(({ name, choices: chosen = [] }) =>
    chosen.map(({ label, of }) => ({ where: `${name}: ${label}`, expression: of })),
);
const expressions = dashboards.flatMap(({ name, rows }) =>
    rows.flatMap(({ panels }) =>
        panels.flatMap(({ title, queries }) =>
            queries.map(({ expression }) => ({ where: `${name}: ${title}`, expression })),
        ),
    ),
);

function repeated(values: readonly string[]): string[] {
    return values.filter((value, index) => values.indexOf(value) !== index);
}

function modelOf(dashboard: Dashboard): unknown {
    return JSON.parse(dashboardModel(dashboard));
}

describe("dashboards", () => {
    it("are there for every system that has metrics of its own", () => {
        const without = systems.filter(
            ({ capabilities: { dashboards: answer, metrics } }) =>
                isLack(answer) && !isLack(metrics),
        );
        // One dashboard shows the databases of all clusters.
        const shownElsewhere = ["identityDb", "platformDb", "appsDb", "mlDb"];
        assert.deepEqual(
            without.map(({ name }) => name).filter((name) => !shownElsewhere.includes(name)),
            [],
        );
    });

    it("begin with what a person opens in an incident", () => {
        const [first] = dashboards;
        assert.equal(first?.name, "overview");
        const titles = first.rows.flatMap(({ panels }) => panels.map(({ title }) => title));
        const wanted = ["Firing", "Nodes that are not ready", "Ceph", "Without a primary"];
        for (const title of [...wanted, "Servers that answer", "Budget left"]) {
            assert.ok(
                titles.some((found) => found.includes(title)),
                `${title} is not on the overview`,
            );
        }
    });

    it("have names and titles of their own, and say what they answer", () => {
        assert.deepEqual(repeated(dashboards.map(({ name }) => name)), []);
        assert.deepEqual(repeated(dashboards.map(({ title }) => title)), []);
        for (const { name, purpose } of dashboards) {
            // The most that Grafana takes as a uid.
            assert.match(name, /^[a-z][a-z0-9-]{0,39}$/);
            assert.match(purpose, /^[A-Z].{10,100}\.$/);
        }
    });

    it("name each panel of the overview differently, and say whose it is", () => {
        const titles = (dashboards[0]?.rows ?? []).flatMap(({ panels }) =>
            panels.map(({ title }) => title),
        );
        assert.deepEqual(repeated(titles), []);
        assert.ok(titles.includes("Gateway: Share of errors"));
    });

    it("have panels with different titles in each row, and legends where there are many series", () => {
        const faults = dashboards.flatMap(({ name, rows }) =>
            rows.flatMap(({ title, panels }) => [
                ...repeated(panels.map((panel) => panel.title)).map((twice) => `${name}: ${twice}`),
                ...(panels.length < 1 || panels.length > 5 ? [`${name}: ${title}`] : []),
                ...panels
                    .filter(({ as = "lines", queries }) =>
                        as === "lines" ? queries.some(({ legend }) => !legend) : false,
                    )
                    .map((panel) => `${name}: ${panel.title} has no legend`),
            ]),
        );
        assert.deepEqual(faults, []);
    });

    it("ask in words of Grafana's that Prometheus' own parser takes", function () {
        const promtool = findExecutable("promtool", (process.env.PATH ?? "").split(path.delimiter));
        if (promtool === undefined) {
            console.log(`    (promtool is not on the PATH: ${expressions.length} queries skipped)`);
            this.skip();
        }
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "queries-"));
        const file = path.join(folder, "rules.yaml");
        const rules = [...expressions, ...choices].map(({ expression }, index) => ({
            record: `query:${index}`,
            expr: expression.replaceAll("$__rate_interval", "5m").replace(/\$\w+/g, ".*"),
        }));
        fs.writeFileSync(file, JSON.stringify({ groups: [{ name: "queries", rules }] }));
        const { status, stdout, stderr } = spawnSync(
            promtool,
            ["check", "rules", "--lint=none", file],
            { encoding: "utf8" },
        );
        fs.rmSync(folder, { recursive: true });
        assert.equal(status, 0, `${stdout}${stderr}`);
    });

    it("keep every panel and query on the way to Grafana", () => {
        const found = dashboards.flatMap((dashboard) =>
            queriesOf(modelOf(dashboard)).map(({ where, expression }) => ({
                where: `${dashboard.name}: ${where.replace(/^(?:panel|variable) /, "")}`,
                expression,
            })),
        );
        const sorted = (queries: typeof found) =>
            queries.map(({ where, expression }) => `${where}: ${expression}`).sort();
        assert.deepEqual(sorted(found), sorted([...expressions, ...choices]));
    });

    it("colour what is worse in red, in both directions", () => {
        const stepsOf = (warning: number, bad: number) =>
            read(
                modelOf({
                    name: "a",
                    title: "A",
                    purpose: "Shows.",
                    rows: [
                        {
                            title: "Row",
                            panels: [
                                {
                                    title: "Panel",
                                    as: "number",
                                    queries: [{ expression: "up" }],
                                    thresholds: { warning, bad },
                                },
                            ],
                        },
                    ],
                }),
                ["panels", 1, "fieldConfig", "defaults", "thresholds", "steps"],
            );
        const colours = (warning: number, bad: number) => {
            const steps = stepsOf(warning, bad);
            return steps.state === "known"
                ? (steps.value as { color: string; value: number | null }[]).map(
                      ({ color, value }) => `${color} from ${value ?? "the start"}`,
                  )
                : [];
        };
        assert.deepEqual(colours(1, 2), ["green from the start", "orange from 1", "red from 2"]);
        assert.deepEqual(colours(3, 2), ["red from the start", "orange from 2", "green from 3"]);
        assert.deepEqual(colours(1, 1), ["green from the start", "red from 1"]);
    });

    it("are packed the same way everywhere", () => {
        const [first] = dashboards;
        assert.ok(first);
        const model = dashboardModel(first);
        assert.equal(dashboardModel(first), model);
        const { spec } = grafanaDashboard("grafana", first.name, model);
        const packed = Buffer.from((spec as { gzipJson: string }).gzipJson, "base64");
        assert.equal(packed[9], 255);
        assert.equal(gunzipSync(packed).toString("utf8"), model);
    });

    it("show only what systems that are on say", () => {
        const none = allDashboards([]);
        assert.deepEqual(
            none.map(({ name }) => name),
            ["overview"],
        );
        assert.deepEqual(
            none.flatMap(({ rows }) => rows.map(({ title }) => title)),
            ["Alerts"],
        );
    });
});
