/** Laws over the expressions of all alerts. */
import * as assert from "node:assert/strict";
import { jobOf } from "../../components/base/scrape";
import { errorRatio } from "../../components/base/objective";
import { alerts, objectives, records, scrapes } from "./declared";
import { allDashboards } from "../../components/observability/overviews";
import { systems } from "../../components/systems";
import { namedValues, parseExpression } from "./promql";

/** What Prometheus itself says about each target. */
const OF_PROMETHEUS = "up";
/** What Prometheus says of its own rules. */
const OF_RULES = "ALERTS";
/** Labels of every target of a PodMonitor. */
const OF_TARGETS = ["container", "endpoint", "instance", "job", "namespace", "node", "pod"];

function metricsOf(jobs: readonly string[]): string[] {
    return scrapes
        .filter((scrape) => jobs.length === 0 || jobs.includes(jobOf(scrape)))
        .flatMap(({ metrics }) => metrics.flatMap(({ names }) => names));
}

function unknownMetrics(expression: string): string[] {
    return parseExpression(expression).selectors.flatMap((selector) => {
        const jobs = namedValues([selector], "job");
        const known = [OF_PROMETHEUS, OF_RULES, ...records, ...metricsOf(jobs)];
        return known.includes(selector.metric) ? [] : [selector.metric];
    });
}

function lostLabels(expression: string, text: string): string[] {
    const parsed = parseExpression(expression);
    const kept = [
        ...parsed.groupedBy,
        ...parsed.selectors.flatMap(({ matchers }) => matchers.map(({ label }) => label)),
        ...(parsed.aggregates
            ? []
            : [
                  ...OF_TARGETS,
                  ...scrapes
                      .flatMap(({ podLabels = [] }) => podLabels)
                      .map((label) => label.replace(/[^A-Za-z0-9_]/g, "_")),
              ]),
    ];
    return [...text.matchAll(/\$labels\.(\w+)/g)]
        .map(([, label = ""]) => label)
        .filter((label) => !kept.includes(label));
}

/** Every alert with the faults that a judge finds in it, where it finds any. */
function faults(judge: (alert: (typeof alerts)[number]) => readonly string[]): object {
    return Object.fromEntries(
        alerts
            .map((alert) => [alert.name, judge(alert)] as const)
            .filter(([, found]) => found.length > 0),
    );
}

describe("expressions of alerts", () => {
    it("are PromQL by Prometheus' own grammar", () => {
        assert.ok(alerts.length > 40);
        assert.deepEqual(
            faults(({ expression }) => parseExpression(expression).errors),
            {},
        );
    });

    for (const broken of ["sum by (pod (up) > 0", 'up{job="a" == 0', "rate(up[5m]", "up >"]) {
        it(`are not PromQL when they say ${broken}`, () => {
            assert.notDeepEqual(parseExpression(broken).errors, []);
        });
    }

    it("name only metrics that the scraped job exposes", () => {
        assert.deepEqual(
            faults(({ expression }) => unknownMetrics(expression)),
            {},
        );
    });

    it("may not name a metric of nobody, nor one of another job", () => {
        assert.deepEqual(unknownMetrics("ceph_health_state == 2"), ["ceph_health_state"]);
        assert.deepEqual(unknownMetrics('max(redis_up{job="rook-ceph-mgr"}) == 0'), ["redis_up"]);
        assert.deepEqual(unknownMetrics('redis_up{job=~"redis|redis-sentinel"} == 0'), []);
    });

    it("name only jobs that some scrape yields", () => {
        const jobs = scrapes.map(jobOf);
        assert.deepEqual(
            faults(({ expression }) =>
                namedValues(parseExpression(expression).selectors, "job").filter(
                    (job) => !jobs.includes(job),
                ),
            ),
            {},
        );
    });

    it("say which job they mean whenever they ask whether a target is up", () => {
        assert.deepEqual(
            faults(({ expression }) =>
                parseExpression(expression)
                    .selectors.filter(
                        ({ metric, matchers }) =>
                            metric === OF_PROMETHEUS &&
                            !matchers.some(({ label }) => label === "job"),
                    )
                    .map(({ metric }) => metric),
            ),
            {},
        );
    });

    it("keep the labels that summary and description show", () => {
        assert.deepEqual(
            faults(({ expression, summary, description }) =>
                lostLabels(expression, `${summary} ${description}`),
            ),
            {},
        );
        assert.deepEqual(lostLabels("sum by (pod) (up) < 1", "{{ $labels.namespace }}"), [
            "namespace",
        ]);
        assert.deepEqual(lostLabels("up == 0", "{{ $labels.namespace }}"), []);
    });

    it("of objectives are PromQL on metrics that the scraped job exposes", () => {
        const found = objectives.flatMap((objective) => {
            const expression = errorRatio(objective, "5m");
            return [...parseExpression(expression).errors, ...unknownMetrics(expression)];
        });
        assert.deepEqual(found, []);
    });

    it("explain only alerts that there are, by labels that both have", () => {
        const names = alerts.map(({ name }) => name);
        assert.deepEqual(
            faults(({ name, expression, explains = [] }) =>
                explains.flatMap((symptoms) => [
                    ...symptoms.alerts.filter((symptom) => !names.includes(symptom)),
                    ...symptoms.alerts.filter((symptom) => symptom === name),
                    ...lostLabels(
                        expression,
                        (symptoms.equal ?? []).map((label) => `$labels.${label}`).join(" "),
                    ),
                ]),
            ),
            {},
        );
    });

    it("belong to alerts whose names are unique on the platform", () => {
        const names = [
            ...alerts.map(({ name }) => name),
            ...objectives.map(({ alert }) => alert),
            ...objectives.map(({ name }) => name),
        ];
        assert.deepEqual(
            names.filter((name, index) => names.indexOf(name) !== index),
            [],
        );
    });
});

describe("scrapes", () => {
    it("have a name of their own on the platform, apart from one for each database", () => {
        const names = scrapes.map(({ file, name }) =>
            name.startsWith("sample") ? file + name : name,
        );
        assert.deepEqual(
            names.filter((name, index) => names.indexOf(name) !== index),
            [],
        );
    });

    it("say only metrics that an alert, an objective or a dashboard uses", () => {
        const shown = allDashboards(systems).flatMap(({ rows }) =>
            rows.flatMap(({ panels }) =>
                panels.flatMap(({ queries }) => queries.map(({ expression }) => expression)),
            ),
        );
        const used = [
            ...alerts.map(({ expression }) => expression),
            ...objectives.map((objective) => errorRatio(objective, "5m")),
            ...shown.map((expression) => expression.replaceAll("$__rate_interval", "5m")),
        ].flatMap((expression) =>
            parseExpression(expression).selectors.map(({ metric }) => metric),
        );
        const unused = scrapes
            .flatMap(({ metrics }) => metrics.flatMap(({ names }) => names))
            .filter((metric) => !used.includes(metric));
        assert.deepEqual(unused, []);
    });
});
