import * as assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { dashboards } from "../../../../policy/criteria/observability/dashboards";
import { Sound } from "../../change";
import {
    type Inputs,
    object,
    type Resource,
    resource,
    standardLabels,
    UNKNOWN,
} from "../../harness";
import { dashboard, dashboardParts as parts, json, panel, shows } from "../../sound-observability";

const WEB = "GrafanaDashboard/grafana/web";

describe("OBS-02", () => {
    const stack = new Sound(dashboards, parts);
    const found = (changed: Resource) => stack.found(stack.judge({ dashboard: changed }));

    const good = [
        'up{job="web"} == 0',
        "ALERTS{alertstate='firing'}",
        // Recorded by a rule.
        "a:b > 1",
        'rate(http_requests_total{job=~"web|other"}[$__rate_interval])',
        "histogram_quantile(0.9, sum by (le) (rate(http_duration_seconds_bucket[${window}])))",
        'topk($count, sum by ($label) (http_requests_total{namespace=~"$namespace"}))',
        "max_over_time(db_up[$__range:[[step]]])",
        'db_up offset $past or {__name__="http_requests_total"}',
        "vector(1)",
        "$metric{job='web'}",
        'label_replace(db_up, "a", "$1", "b", "(.*)")',
    ];
    for (const query of good) {
        it(`is met by ${query}`, async () => {
            assert.deepEqual(await found(shows(query)), []);
        });
    }

    it("counts dashboards, and asks of none without one or a Grafana", async () => {
        const result = await stack.judge();
        assert.equal(result.verdict("OBS-02").subjects, 1);
        assert.equal(await stack.verdict(stack.judge()), "met");
        const none = stack.without("dashboard", "grafana");
        assert.equal(await stack.verdict(none), "not applicable");
    });

    it("is violated by a Grafana that shows nothing", async () => {
        assert.deepEqual(await stack.found(stack.without("dashboard")), [
            "Grafana/grafana/grafana: it shows nothing; add a GrafanaDashboard for each system.",
        ]);
    });

    const unknownMetrics: readonly (readonly [string, string])[] = [
        ["http_request_total", "http_request_total"],
        ['rate(http_requests_total{job="db"}[5m])', "http_requests_total"],
        ['{__name__=~"db_up|db_down"}', "db_down"],
        ["sum(db_up) / sum(nobody_knows)", "nobody_knows"],
        ["slo:objective:ratio", "slo:objective:ratio"],
    ];
    for (const [query, metric] of unknownMetrics) {
        it(`is violated by ${query}, on what nothing exposes`, async () => {
            assert.deepEqual(await found(shows(query)), [
                `${WEB}: panel Requests shows ${metric}, which nothing of the stack exposes; correct the name, or name it among the metrics of the scrape that brings it.`,
            ]);
        });
    }

    for (const query of [
        "sum(rate(db_up[5m])",
        "db_up{job=web}",
        "db_up >",
        "SELECT 1",
        "{{ x }}",
    ]) {
        it(`is violated by ${query}, which is no PromQL`, async () => {
            assert.deepEqual(await found(shows(query)), [
                `${WEB}: the query of panel Requests is no PromQL: ${query}; correct it.`,
            ]);
        });
    }

    it("looks into packed ones, closed rows, ConfigMaps and old forms", async () => {
        const bad = panel("nobody_knows");
        const packed = gzipSync(json(bad)).toString("base64");
        const data = { "web.json": json(bad) };
        const map = (labels: Inputs) =>
            object({
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: { name: "web", namespace: "grafana", labels },
                data,
            });
        for (const changed of [
            dashboard({ gzipJson: packed }),
            dashboard({ json: json({ type: "row", panels: [bad] }) }),
            dashboard({ json: JSON.stringify({ rows: [{ panels: [bad] }] }) }),
            map({ ...standardLabels, grafana_dashboard: "1" }),
        ]) {
            assert.equal((await found(changed)).length, 1);
        }
        const reference = dashboard({ configMapRef: { name: "web", key: "web.json" } });
        const both = stack.judge({ dashboard: reference, map: map(standardLabels) });
        assert.equal((await stack.found(both)).length, 1);
        assert.deepEqual(await found(reference), [
            `${WEB}: it names web/web.json as its JSON, which is not in the stack.`,
        ]);
    });

    it("leaves the queries of other data sources alone", async () => {
        const loki = panel('{job="web"} |= "error"', { datasource: { type: "loki" } });
        const text = { type: "text", title: "Read me" };
        const mixed = panel("x", {
            targets: [{ expr: "{a=", datasource: { type: "loki" } }, { expr: "" }],
        });
        assert.deepEqual(await found(dashboard({ json: json(loki, text, mixed) })), []);
    });

    it("is violated by what cannot be read, or lies elsewhere", async () => {
        const cases: readonly (readonly [Inputs, string])[] = [
            [{ json: "{" }, "holds no JSON of a dashboard; export one from Grafana or correct it"],
            [{ json: "[]" }, "holds no JSON of a dashboard; export one from Grafana or correct it"],
            [{ gzipJson: "e30=" }, "has a gzipJson that is no gzip in base64; pack its JSON anew"],
            [
                { url: "https://example.org/web.json" },
                "gets its content from elsewhere, where nobody judged it; put its JSON into json or gzipJson",
            ],
        ];
        for (const [spec, message] of cases) {
            assert.deepEqual(await found(dashboard(spec)), [`${WEB}: it ${message}.`]);
        }
    });

    it("is not judged where something is unknown, or no component says what is scraped", async () => {
        const missing = shows("nobody_knows");
        for (const changes of [
            { dashboard: dashboard({ json: UNKNOWN }) },
            { dashboard: dashboard({ gzipJson: UNKNOWN }) },
            {
                dashboard: missing,
                component: resource("platform:apps:Web", "web", { exposes: UNKNOWN }),
            },
            {
                dashboard: missing,
                component: resource("platform:apps:Web", "web", { exposes: { web: UNKNOWN } }),
            },
            { dashboard: missing, component: undefined },
        ]) {
            assert.equal(await stack.verdict(stack.judge(changes)), "not judged");
        }
        // Without anything that scrapes there is nothing to be shown.
        const alone = stack.judge({ dashboard: missing, component: undefined, monitor: undefined });
        assert.equal(await stack.verdict(alone), "violated");
        const unknown = stack.with("rules", ["spec", "groups"], UNKNOWN);
        assert.equal(await stack.verdict(unknown), "met");
    });
});
