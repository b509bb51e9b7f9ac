/** What the platform and its namespaces cost. Pure. */
import { answering, type Dashboard, lines, number, sums, table } from "../base/dashboard";
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
                title: "Prices of an hour",
                panels: [
                    number("A core", `max(node_cpu_hourly_cost{${JOB}})`),
                    number("A GiB of memory", `max(node_ram_hourly_cost{${JOB}})`),
                    number("A GiB of a volume", `max(pv_hourly_cost{${JOB}})`),
                ],
            },
            {
                title: "What is counted: requests, or use where that is more",
                panels: [
                    sums("Processors", `container_cpu_allocation{${JOB}}`, "namespace", {
                        unit: "cores",
                    }),
                    sums("Memory", `container_memory_allocation_bytes{${JOB}}`, "namespace", {
                        unit: "bytes",
                    }),
                    sums("Volumes", `pod_pvc_allocation{${JOB}}`, "namespace", { unit: "bytes" }),
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
