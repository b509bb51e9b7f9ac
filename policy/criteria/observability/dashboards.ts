/** OBS-02: what a dashboard asks for is PromQL, on metrics that something exposes. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import {
    type DashboardFact,
    dashboardsOf,
    grafanasOf,
    type PanelQuery,
    queriesOf,
} from "../../engines/monitoring/dashboards";
import { type Exposed, exposedBy, missingMetrics } from "../../engines/monitoring/exposed";
import { parseExpression } from "../../engines/monitoring/promql";

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

function judgeQuery(fact: ObjectOf, query: PanelQuery, exposed: Exposed): Finding[] {
    const { panel, expression } = query;
    const { errors, selectors } = parseExpression(withoutVariables(expression));
    if (errors.length > 0) {
        return [
            violated(fact, `the query of panel ${panel} is no PromQL: ${expression}; correct it`),
        ];
    }
    const missing = selectors
        .filter(({ metric }) => !metric.includes(VARIABLE))
        .flatMap((selector) => missingMetrics(selector, exposed));
    return [...new Set(missing)].map((metric) =>
        exposed.undeclared
            ? notJudged(
                  fact,
                  `whether something exposes ${metric}, which panel ${panel} shows, no component says`,
              )
            : violated(
                  fact,
                  `panel ${panel} shows ${metric}, which nothing of the stack exposes; correct the name, or name it among the metrics of the scrape that brings it`,
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
    return {
        subjects: dashboards.length,
        judged: [...new Set(dashboards.map(({ fact }) => fact))],
        findings: dashboards.flatMap((dashboard) => judgeDashboard(dashboard, exposed)),
    };
}

/** OBS-02. */
export const dashboards: StackCriterion = {
    id: "OBS-02",
    name: "obs-02-dashboards",
    description:
        "Checks that the queries of dashboards are PromQL on metrics that something in the stack exposes.",
    severity: "medium",
    remediation: "Correct the query, or name the metric among those of the scrape that brings it.",
    judgeStack: judge,
};
