/** OBS-02: how many dashboards there are in prod, and of what. */
import * as assert from "node:assert/strict";
import { dashboards } from "../../../../policy/criteria/observability/dashboards";
import { Sound } from "../../change";
import { object, platform, resource, standardLabels, UNKNOWN } from "../../harness";
import { within } from "../../sound-backups";
import { dashboard, dashboardParts as parts, panel } from "../../sound-observability";

describe("OBS-02 in prod", () => {
    const stack = new Sound(dashboards, parts);
    const prod = { platform: platform() };
    const board = (number: number, uid = `board-${number}`, expr = 'db_up{job="db"}') =>
        within("grafana", "grafana.integreatly.org/v1beta1", "GrafanaDashboard", `b${number}`, {
            spec: { json: JSON.stringify({ uid, panels: [panel(expr)] }) },
        });
    const boards = (count: number, make = board) =>
        Object.fromEntries(
            Array.from({ length: count }, (_, number) => [`board-${number}`, make(number)]),
        );
    const few = (count: number) => [
        `Grafana/grafana/grafana: it shows ${count} dashboards, and in prod there are at least 60; add what a person asks of each system.`,
    ];

    it("is met by sixty different dashboards", async () => {
        assert.equal(await stack.verdict(stack.judge({ ...prod, ...boards(59) })), "met");
    });

    it("is violated by fewer, and by one that stands there sixty times", async () => {
        assert.deepEqual(await stack.found(stack.judge({ ...prod, ...boards(58) })), few(59));
        const same = boards(80, (number) => board(number, "same"));
        assert.deepEqual(await stack.found(stack.judge({ ...prod, ...same })), few(2));
    });

    it("counts those in ConfigMaps too, and none that cannot be read", async () => {
        const data = Object.fromEntries(
            Array.from({ length: 58 }, (_, number) => [
                `${number}.json`,
                JSON.stringify({ uid: `file-${number}`, panels: [panel("db_up")] }),
            ]),
        );
        const files = object({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: {
                name: "files",
                namespace: "web",
                labels: { ...standardLabels, grafana_dashboard: "1" },
            },
            data,
        });
        const enough = stack.judge({ ...prod, files, board: board(1) });
        assert.equal(await stack.verdict(enough), "met");
        const broken = within(
            "grafana",
            "grafana.integreatly.org/v1beta1",
            "GrafanaDashboard",
            "broken",
            { spec: { json: "{" } },
        );
        const messages = await stack.found(stack.judge({ ...prod, files, broken }));
        assert.ok(messages.includes(few(59)[0] ?? ""));
    });

    it("asks fewer of dev and staging", async () => {
        for (const profile of ["dev", "staging"]) {
            const small = stack.judge({ platform: platform({ profile }) });
            assert.equal(await stack.verdict(small), "met");
        }
    });

    it("is violated by a system that is scraped and that no dashboard shows", async () => {
        const hidden = resource("platform:apps:Hidden", "hidden", {
            exposes: { hidden: ["hidden_total"], "hidden-worker": [] },
        });
        const judged = stack.judge({ ...prod, ...boards(60), hidden });
        assert.deepEqual(await stack.found(judged), [
            "Hidden/hidden: it is scraped as hidden, hidden-worker, and no dashboard shows anything of that; add one for it.",
        ]);
        for (const query of [
            "hidden_total",
            'up{job="hidden"}',
            'up{job=~"hidden|other"}',
            'up{job=~"hid.+"}',
            'up{job="hidden-worker"}',
        ]) {
            const shown = { ...prod, ...boards(60), hidden, board: board(99, "hidden", query) };
            assert.equal(await stack.verdict(stack.judge(shown)), "met", query);
        }
        for (const query of ["up", 'up{job=~"hid"}', 'up{job!="db"}', "db_up"]) {
            const other = { ...prod, ...boards(60), hidden, board: board(99, "hidden", query) };
            assert.equal(await stack.verdict(stack.judge(other)), "violated", query);
        }
        const nothing = resource("platform:apps:Hidden", "hidden", { exposes: {} });
        const silent = stack.judge({ ...prod, ...boards(60), hidden: nothing });
        assert.equal(await stack.verdict(silent), "met");
    });

    it("is not judged where the profile or a dashboard is not known", async () => {
        const unknown = dashboard({ json: UNKNOWN });
        const hidden = resource("platform:apps:Hidden", "hidden", { exposes: { hidden: [] } });
        for (const changes of [
            { platform: undefined },
            { platform: platform({ profile: UNKNOWN }) },
            { ...prod, ...boards(59), dashboard: unknown },
            { ...prod, ...boards(60), dashboard: unknown, hidden },
        ]) {
            assert.equal(await stack.verdict(stack.judge(changes)), "not judged");
        }
    });
});
