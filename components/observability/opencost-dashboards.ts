/** What the platform and its namespaces cost. Pure. */
import { answering, type Dashboard, lines, number, table } from "../base/dashboard";
import { budgetOfMonth, namespaceCost, platformCost } from "./opencost-alerts";
import { HOURS_OF_MONTH } from "./opencost-prices";

const JOB = 'job="opencost"';
/** Sum of the last 720 hours; a namespace counts those in which it was there. */
const month = (by: string) => `sum by (${by}) (sum_over_time(${namespaceCost}[30d:1h]))`;

/** The month's cost by namespace, in the currency of the settings. */
export const openCostDashboards: readonly Dashboard[] = [
    {
        name: "month-cost",
        title: "Cost of a month",
        purpose: "What each namespace costs, and whether the month stays within the budget.",
        from: "30d",
        rows: [
            {
                title: "Month",
                panels: [
                    number(
                        "At this rate",
                        `max(avg_over_time(${platformCost}[1d])) * ${HOURS_OF_MONTH}`,
                    ),
                    number("Budget", `max(${budgetOfMonth})`),
                    number(
                        "Share of the budget",
                        `max(avg_over_time(${platformCost}[1d])) * ${HOURS_OF_MONTH} / max(${budgetOfMonth})`,
                        { unit: "percentunit", thresholds: { warning: 0.9, bad: 1 } },
                    ),
                    number(
                        "In 30 days, if it goes on so",
                        `predict_linear(max(${platformCost})[7d:1h], 30 * 86400) * ${HOURS_OF_MONTH}`,
                    ),
                ],
            },
            {
                title: "Namespaces",
                panels: [
                    table("The last 30 days", `sort_desc(${month("namespace")})`),
                    lines(
                        "A month at the rate of each day",
                        `topk(15, sum by (namespace) (avg_over_time(${namespaceCost}[1d]))) * ${HOURS_OF_MONTH}`,
                        "{{ namespace }}",
                    ),
                    lines("By what they use", month("resource"), "{{ resource }}"),
                ],
            },
            {
                title: "Machines",
                panels: [
                    lines(
                        "A month of each node, used or not",
                        `max by (node) (node_total_hourly_cost{${JOB}}) * ${HOURS_OF_MONTH}`,
                        "{{ node }}",
                    ),
                    answering("opencost"),
                ],
            },
        ],
    },
];
