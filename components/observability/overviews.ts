/**
 * Dashboards over everything, from what the systems that are on say of themselves: the first one in
 * an incident, what is promised, and the list of them all. Pure.
 */
import { isLack } from "../base/capabilities";
import { type Dashboard, lines, number, type Panel, type Row, table } from "../base/dashboard";
import type { AnyDefinition } from "../base/definition";

/** How many panels stand beside each other. */
const BESIDE = 4;

/** The dashboards that some systems answer with. */
export function dashboardsOf(definitions: readonly AnyDefinition[]): readonly Dashboard[] {
    return definitions.flatMap(({ capabilities: { dashboards } }) =>
        isLack(dashboards) ? [] : dashboards,
    );
}

function rowsOf(title: string, panels: readonly Panel[]): Row[] {
    return Array.from({ length: Math.ceil(panels.length / BESIDE) }, (_, index) => ({
        title: index === 0 ? title : `${title}, ${index + 1}`,
        panels: panels.slice(index * BESIDE, (index + 1) * BESIDE),
    }));
}

const FIRING = 'ALERTS{alertstate="firing", alertname!="Watchdog", severity!="none"}';
const REMAINING = "max by (slo) (slo:period_error_budget_remaining:ratio)";

function objectivesOf(definitions: readonly AnyDefinition[]) {
    return definitions.flatMap(({ capabilities: { objectives = [] } }) => objectives);
}

/** What a person opens first when something is wrong. */
function overview(definitions: readonly AnyDefinition[]): Dashboard {
    const panels = dashboardsOf(definitions).flatMap(({ rows }) =>
        rows.flatMap((row) => row.panels.filter((panel) => panel.overview === true)),
    );
    return {
        name: "overview",
        title: "Overview",
        purpose: "What is wrong, where, and since when: the first dashboard in an incident.",
        from: "3h",
        rows: [
            {
                title: "Alerts",
                panels: [
                    number(
                        "Critical",
                        `count(${FIRING.replace("}", ', severity="critical"}')}) or vector(0)`,
                        {
                            thresholds: { warning: 1, bad: 1 },
                        },
                    ),
                    number(
                        "Warning",
                        `count(${FIRING.replace("}", ', severity="warning"}')}) or vector(0)`,
                        {
                            thresholds: { warning: 1, bad: 10 },
                        },
                    ),
                    table(
                        "Firing",
                        `sort_desc(count by (alertname, severity, namespace) (${FIRING}))`,
                    ),
                    lines(
                        "Firing over time",
                        `count by (alertname) (${FIRING})`,
                        "{{ alertname }}",
                    ),
                ],
            },
            ...rowsOf("State", panels),
            ...(objectivesOf(definitions).length === 0
                ? []
                : [
                      {
                          title: "Service levels",
                          panels: [
                              number("Budget left", REMAINING, {
                                  legend: "{{ slo }}",
                                  unit: "percentunit",
                                  thresholds: { warning: 0.25, bad: 0.05 },
                              }),
                          ],
                      },
                  ]),
        ],
    };
}

/** Whether promises are kept. */
function serviceLevels(definitions: readonly AnyDefinition[]): Dashboard[] {
    return objectivesOf(definitions).length === 0
        ? []
        : [
              {
                  name: "service-levels",
                  title: "Service levels",
                  purpose:
                      "Whether each service is inside its objective, and what of its budget is left.",
                  from: "30d",
                  rows: [
                      {
                          title: "Thirty days",
                          panels: [
                              number("Kept", "1 - max by (slo) (slo:sli_error:ratio_rate30d)", {
                                  legend: "{{ slo }}",
                                  unit: "percentunit",
                                  thresholds: { warning: 0.9995, bad: 0.999 },
                              }),
                              number("Budget left", REMAINING, {
                                  legend: "{{ slo }}",
                                  unit: "percentunit",
                                  thresholds: { warning: 0.25, bad: 0.05 },
                              }),
                              number("Promised", "max by (slo) (slo:objective:ratio)", {
                                  legend: "{{ slo }}",
                                  unit: "percentunit",
                              }),
                          ],
                      },
                      {
                          title: "How the budget goes",
                          panels: [
                              lines("Budget left", REMAINING, "{{ slo }}", { unit: "percentunit" }),
                              lines(
                                  "Burn rate (1 spends it in 30 days)",
                                  "max by (slo) (slo:current_burn_rate:ratio)",
                                  "{{ slo }}",
                              ),
                              lines(
                                  "Errors of the last hour",
                                  "max by (slo) (slo:sli_error:ratio_rate1h)",
                                  "{{ slo }}",
                                  { unit: "percentunit" },
                              ),
                          ],
                      },
                  ],
              },
          ];
}

/** Every dashboard of a stack, the overviews first. */
export function allDashboards(definitions: readonly AnyDefinition[]): readonly Dashboard[] {
    return [overview(definitions), ...serviceLevels(definitions), ...dashboardsOf(definitions)];
}
