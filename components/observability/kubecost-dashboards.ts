/** Whether Kubecost counts, and what its database does. Pure. */
import { answering, type Dashboard, lines, number, rates } from "../base/dashboard";
import { HOURS_OF_MONTH } from "./opencost-prices";

const AGENT = 'job="kubecost-agent"';
const DATABASE = 'job="kubecost-database"';

export const kubecostDashboards: readonly Dashboard[] = [
    {
        name: "kubecost",
        title: "Kubecost",
        purpose: "Whether Kubecost sees the cluster, with which prices, and whether it keeps that.",
        rows: [
            {
                title: "What it sees",
                panels: [
                    answering("kubecost-agent"),
                    number("Nodes with a price", `count(node_total_hourly_cost{${AGENT}} > 0)`),
                    lines(
                        "A month of each node, used or not",
                        `max by (node) (node_total_hourly_cost{${AGENT}}) * ${HOURS_OF_MONTH}`,
                        "{{ node }}",
                    ),
                ],
            },
            {
                title: "What it keeps",
                panels: [
                    answering("kubecost-aggregator"),
                    rates(
                        "Rows taken in",
                        `ClickHouseProfileEvents_InsertedRows{${DATABASE}}`,
                        "job",
                    ),
                    rates(
                        "Inserts that failed",
                        `ClickHouseProfileEvents_FailedInsertQuery{${DATABASE}}`,
                        "job",
                    ),
                ],
            },
            {
                title: "What it is asked",
                panels: [
                    answering("kubecost-database"),
                    rates("Questions", `ClickHouseProfileEvents_SelectQuery{${DATABASE}}`, "job"),
                    rates(
                        "Questions without an answer",
                        `ClickHouseProfileEvents_FailedSelectQuery{${DATABASE}}`,
                        "job",
                    ),
                    lines(
                        "Memory",
                        `sum(ClickHouseMetrics_MemoryTracking{${DATABASE}})`,
                        "in use",
                        {
                            unit: "bytes",
                        },
                    ),
                ],
            },
        ],
    },
];
