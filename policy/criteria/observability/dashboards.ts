/**
 * OBS-02: what a dashboard asks for is PromQL, on metrics that something exposes; each system is on
 * one, and in prod there are enough of them.
 */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { judgeNumber, judgeSystems } from "../../engines/monitoring/dashboard-coverage";
import {
    type DashboardFact,
    type DashboardQuery,
    dashboardsOf,
    grafanasOf,
    queriesOf,
} from "../../engines/monitoring/dashboards";
import { type Exposed, exposedBy, missingMetrics } from "../../engines/monitoring/exposed";
import { parseExpression } from "../../engines/monitoring/promql";
import { isTree } from "../../kernel/tree";

/** Stands for a variable where a name would stand. */
const VARIABLE = "grafana_variable";

/** The query as Grafana sends it: a duration or a name for each of its variables. */
function withoutVariables(expression: string): string {
    const variable = "(?:\\$\\{\\w+(?::\\w+)?\\}|\\$\\w+|\\[\\[\\w+\\]\\])";
    return expression
        .replace(/\$\{?__(?:rate_interval|interval|range)(?:_s|_ms)?\}?/g, "5m")
        .replace(new RegExp(`(\\[|:|\\boffset\\s+)\\s*${variable}`, "g"), "$15m")
        .replace(new RegExp(variable, "g"), VARIABLE);
}

function parsed({ expression }: DashboardQuery) {
    return parseExpression(withoutVariables(expression));
}

function judgeQuery(fact: ObjectOf, query: DashboardQuery, exposed: Exposed): Finding[] {
    const { where, expression } = query;
    const { errors, selectors } = parsed(query);
    if (errors.length > 0) {
        return [violated(fact, `the query of ${where} is no PromQL: ${expression}; correct it`)];
    }
    const missing = selectors
        .filter(({ metric }) => !metric.includes(VARIABLE))
        .flatMap((selector) => missingMetrics(selector, exposed));
    return [...new Set(missing)].map((metric) =>
        exposed.undeclared
            ? notJudged(
                  fact,
                  `whether something exposes ${metric}, which ${where} shows, no component says`,
              )
            : violated(
                  fact,
                  `${where} shows ${metric}, which nothing of the stack exposes; correct the name, or name it among the metrics of the scrape that brings it`,
              ),
    );
}

function judgeDashboard({ fact, content }: DashboardFact, exposed: Exposed): Finding[] {
    if (content === undefined) {
        return [notJudged(fact, "its content is known only at the update")];
    }
    if (typeof content === "string") {
        return [violated(fact, `it ${content}`)];
    }
    return queriesOf(content).flatMap((query) => judgeQuery(fact, query, exposed));
}

function judge(facts: Facts) {
    const dashboards = dashboardsOf(facts);
    const [grafana] = grafanasOf(facts);
    if (dashboards.length === 0) {
        return grafana === undefined
            ? { subjects: 0, findings: [] }
            : {
                  subjects: 1,
                  findings: [
                      violated(grafana, "it shows nothing; add a GrafanaDashboard for each system"),
                  ],
              };
    }
    const exposed = exposedBy(facts);
    const selectors = dashboards.flatMap(({ content }) =>
        queriesOf(content).flatMap((query) => parsed(query).selectors),
    );
    const complete = dashboards.every(({ content }) => isTree(content));
    const shown = [...new Set(dashboards.map(({ fact }) => fact))];
    const whole = grafana ?? shown[0];
    return {
        subjects: dashboards.length,
        judged: shown,
        findings: [
            ...dashboards.flatMap((dashboard) => judgeDashboard(dashboard, exposed)),
            ...(whole === undefined ? [] : judgeNumber(facts, whole, dashboards)),
            ...judgeSystems(facts, selectors, complete),
        ],
    };
}

/** OBS-02. */
export const dashboards: StackCriterion = {
    id: "OBS-02",
    name: "obs-02-dashboards",
    description:
        "Checks that the queries of dashboards are PromQL on metrics that something in the stack exposes, that every system is on one, and that in prod there are at least 60.",
    severity: "medium",
    remediation:
        "Correct the query, or name the metric among those of the scrape that brings it; add a dashboard for what is not shown.",
    judgeStack: judge,
};
