/** Metrics and alerts of Kubecost. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { kubecostPods, kubecostPorts } from "./kubecost-names";

export const kubecostScrapes: readonly Scrape[] = [
    {
        name: "kubecost-agent",
        pods: kubecostPods.agent,
        port: "http",
        number: kubecostPorts.agent,
        metrics: [
            {
                source: "ibm-finops-agent: pkg/core/opencost/opencost.go starts the emitter of opencost: pkg/costmodel/metrics.go, initCostModelMetrics",
                names: ["node_total_hourly_cost"],
            },
        ],
    },
    {
        name: "kubecost-aggregator",
        pods: kubecostPods.aggregator,
        port: "tcp-api",
        number: kubecostPorts.aggregator,
        // Of what it counts itself no list is published.
        metrics: [],
    },
    {
        name: "kubecost-database",
        pods: kubecostPods.aggregator,
        port: "db-metrics",
        number: kubecostPorts.database,
        metrics: [
            {
                source: "ClickHouse: src/Common/ProfileEvents.cpp, src/Server/PrometheusMetricsWriter.cpp",
                names: [
                    "ClickHouseProfileEvents_FailedInsertQuery",
                    "ClickHouseProfileEvents_FailedSelectQuery",
                    "ClickHouseProfileEvents_InsertedRows",
                    "ClickHouseProfileEvents_SelectQuery",
                ],
            },
            {
                source: "ClickHouse: src/Common/CurrentMetrics.cpp, src/Server/PrometheusMetricsWriter.cpp",
                names: ["ClickHouseMetrics_MemoryTracking"],
            },
        ],
    },
];

/** The operator's own: upstream publishes no rules. */
export const kubecostAlerts: readonly Alert[] = [
    {
        name: "KubecostDown",
        expression: 'absent(up{job="kubecost-aggregator"} == 1)',
        for: "30m",
        severity: "warning",
        summary: "Kubecost does not answer: its page shows nothing",
        description: "What its agent sees meanwhile waits in the store for up to 15 days.",
    },
    {
        name: "KubecostAgentDown",
        expression: 'absent(up{job="kubecost-agent"} == 1)',
        for: "30m",
        severity: "warning",
        summary: "The agent of Kubecost does not answer: hours are not counted",
        description:
            "It looks for itself and asks nobody of the past: the hours that pass are missing for good.",
        explains: [{ alerts: ["KubecostWithoutPrices"] }],
    },
    {
        name: "KubecostWithoutPrices",
        expression: 'absent(node_total_hourly_cost{job="kubecost-agent"} > 0)',
        for: "1h",
        severity: "warning",
        summary: "Kubecost counts, and no node costs anything",
        description: "The prices of the site have not reached its agent.",
    },
    {
        name: "KubecostInsertsFailing",
        expression:
            'sum(increase(ClickHouseProfileEvents_FailedInsertQuery{job="kubecost-database"}[1h])) > 0',
        for: "1h",
        severity: "warning",
        summary: "The database of Kubecost refuses what it is to keep",
        description: "What it refuses is tried again while the store has it: for up to 15 days.",
    },
];
