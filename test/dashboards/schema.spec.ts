/** Every dashboard in the hands of Grafana's own types in Go, where they are at hand. */
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { findExecutable } from "../../components/base/helm";
import { dashboardModel } from "../../components/observability/dashboard-model";
import { allDashboards } from "../../components/observability/overviews";
import { systems } from "../../components/systems";

const folder = path.join(__dirname, "schema");
const models = Object.fromEntries(
    allDashboards(systems).map((dashboard): [string, unknown] => [
        dashboard.name,
        JSON.parse(dashboardModel(dashboard)),
    ]),
);

describe("Grafana's schema", function () {
    // The first time everything is compiled.
    this.timeout(300_000);
    let go: string | undefined;

    before(() => {
        const found = findExecutable("go", (process.env.PATH ?? "").split(path.delimiter));
        if (found !== undefined) {
            const { status } = spawnSync(found, ["mod", "download"], { cwd: folder });
            go = status === 0 ? found : undefined;
        }
    });

    function check(context: Mocha.Context, dashboards: Readonly<Record<string, unknown>>) {
        if (go === undefined) {
            const count = Object.keys(dashboards).length;
            console.log(`    (Go or Grafana's SDK for it is not at hand: ${count} skipped)`);
            context.skip();
        }
        const input = JSON.stringify(dashboards);
        return spawnSync(go, ["run", "."], { cwd: folder, encoding: "utf8", input });
    }

    it("knows every field of every dashboard", function () {
        const { status, stdout, stderr } = check(this, models);
        assert.equal(status, 0, `${stdout}${stderr}`);
        assert.equal(stdout, `${Object.keys(models).length} dashboards, 0 faults\n`);
    });

    it("refuses what it does not know", function () {
        const panel = { type: "timeseries", titel: "Requests" };
        const { status, stdout } = check(this, { web: { title: "Web", panels: [panel] } });
        assert.equal(status, 1);
        assert.match(stdout, /unexpected field 'titel'/);
    });
});
