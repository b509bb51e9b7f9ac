/** Metrics of OpenCost, what is reckoned from them, and alerts. Pure. */
import type { Alert } from "../base/alert";
import type { Manifest } from "../base/object";
import type { Scrape } from "../base/scrape";
import { HOURS_OF_MONTH, type HourlyPrices } from "./opencost-prices";

/** Labels of the pod, as the chart sets them. */
export const openCostPods = {
    "app.kubernetes.io/name": "opencost",
    "app.kubernetes.io/instance": "opencost",
} as const;

export const openCostPorts = { api: 9003, page: 9090 } as const;

const JOB = 'job="opencost"';

/**
 * The chart's monitor keeps the labels that OpenCost gives its series (`honorLabels`): it asks
 * Prometheus for them again, by namespace and node of what it reckons and not of its own pod.
 */
export const openCostScrapes: readonly Scrape[] = [
    {
        name: "opencost",
        pods: openCostPods,
        port: "http",
        number: openCostPorts.api,
        byChart: true,
        metrics: [
            {
                source: "opencost v1.120: pkg/costmodel/metrics.go, initCostModelMetrics",
                names: [
                    "container_cpu_allocation",
                    "container_memory_allocation_bytes",
                    "node_cpu_hourly_cost",
                    "node_ram_hourly_cost",
                    "node_total_hourly_cost",
                    "pod_pvc_allocation",
                    "pv_hourly_cost",
                ],
            },
        ],
    },
];

/** What a namespace costs in an hour, by `resource`: cpu, memory or storage. */
export const namespaceCost = "namespace_resource:cost_hour:sum";
/** What the platform costs in an hour: all of the hardware, and the power of what is in use. */
export const platformCost = "platform:cost_hour:sum";
/** What the platform may cost in a month. */
export const budgetOfMonth = "platform:cost_budget:month";

/**
 * What rules of the platform record, for alerts and dashboards. The laws over alerts find it by the
 * end of its name (test/alerts/declared.ts), as all files of alerts.
 */
export const openCostRecords: readonly string[] = [namespaceCost, platformCost, budgetOfMonth];

/**
 * What `container_..._allocation` is of: what a container requests, or uses where that is more
 * (opencost v1.120: pkg/costmodel/costmodel.go, `ComputeCostData`).
 */
const cores = `container_cpu_allocation{${JOB}}`;
const gibibytes = `(container_memory_allocation_bytes{${JOB}} / 1024 ^ 3)`;
const volumes = `(pod_pvc_allocation{${JOB}} / 1024 ^ 3)`;

/** An amount times its price, which the series with the same label has. */
function priced(amount: string, label: string, price: string): string {
    return `sum by (namespace) (${amount} * on (${label}) group_left () max by (${label}) (${price}{${JOB}}))`;
}

/** What the rules reckon with. */
export interface Budgeted {
    /** Power of an hour. */
    readonly power: HourlyPrices;
    /** All machines for an hour, used or not. */
    readonly hardware: number;
    readonly monthlyBudget: number;
}

/** Cost of an hour as rules that record it: the same sums as COST-04, with what is really in use. */
export function costRules(
    namespace: string,
    { power, hardware, monthlyBudget }: Budgeted,
): Manifest {
    const number = (value: number) => String(Number(value.toPrecision(12)));
    const ofNamespaces = [
        ["cpu", priced(cores, "node", "node_cpu_hourly_cost")],
        ["memory", priced(gibibytes, "node", "node_ram_hourly_cost")],
        ["storage", priced(volumes, "persistentvolume", "pv_hourly_cost")],
    ];
    return {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "PrometheusRule",
        metadata: { name: "cost", namespace },
        spec: {
            groups: [
                {
                    name: "cost",
                    interval: "5m",
                    rules: [
                        ...ofNamespaces.map(([resource, expr]) => ({
                            record: namespaceCost,
                            expr,
                            labels: { resource },
                        })),
                        {
                            record: platformCost,
                            expr: `sum(${cores}) * ${number(power.coreHour)} + sum(${gibibytes}) * ${number(power.gibibyteHour)} + ${number(hardware)}`,
                        },
                        { record: budgetOfMonth, expr: `vector(${number(monthlyBudget)})` },
                    ],
                },
            ],
        },
    };
}

/** The operator's own: upstream publishes no rules. */
export const openCostAlerts: readonly Alert[] = [
    {
        name: "OpenCostDown",
        expression: 'absent(up{job="opencost"} == 1)',
        for: "30m",
        severity: "warning",
        summary: "OpenCost does not answer: nobody knows what namespaces cost",
        description:
            "The hours that pass are missing in the sums of the month. Nothing else depends on it.",
        explains: [{ alerts: ["CostNotCounted"] }],
    },
    {
        name: "CostNotCounted",
        expression: `absent(${platformCost})`,
        for: "1h",
        severity: "warning",
        summary: "OpenCost answers, and says nothing of what containers request",
        description:
            "It reckons from what Prometheus tells it. Without that the budget is watched by nobody.",
    },
    {
        name: "CostOverBudget",
        expression: `max(avg_over_time(${platformCost}[1d])) * ${HOURS_OF_MONTH} / max(${budgetOfMonth}) > 1`,
        for: "6h",
        severity: "warning",
        summary: "At this rate the month costs {{ $value | humanizePercentage }} of the budget",
        description:
            "All machines, and the power of what a day requested or used, at the prices of the settings.",
        explains: [{ alerts: ["CostBudgetForecast"] }],
    },
    {
        name: "CostBudgetForecast",
        expression:
            `predict_linear(max(${platformCost})[7d:1h], 30 * 86400) * ${HOURS_OF_MONTH} ` +
            `> on () max(${budgetOfMonth})`,
        for: "12h",
        severity: "info",
        summary: "The platform grows: in 30 days a month will cost more than the budget",
        description: "As the last seven days went on. Nothing has to be done today.",
    },
];
