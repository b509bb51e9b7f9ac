/** Metrics and alerts of Kratix. Pure. */
import type { Alert } from "../base/alert";
import type { Scrape } from "../base/scrape";
import { type CustomState, stateMetrics } from "../base/state-metrics";
import { kratixPods, kratixPorts } from "./kratix-values";
import { orderKind } from "./order-api";

/** Value of the label `job` of Kratix itself. */
export const KRATIX_JOB = "kratix";

/** Conditions of a kind as series: 1 where one holds. */
function conditions(
    {
        kind,
        resource,
        group,
        version,
    }: Pick<CustomState, "kind" | "resource" | "group" | "version">,
    prefix: string,
): CustomState {
    return {
        ...{ group, version, kind, resource, prefix },
        labelsFromPath: { namespace: ["metadata", "namespace"], name: ["metadata", "name"] },
        metrics: [
            {
                name: "status_condition",
                help: "Conditions of the object: 1 where one holds.",
                each: {
                    type: "Gauge",
                    gauge: {
                        path: ["status", "conditions"],
                        labelsFromPath: { type: ["type"] },
                        valueFrom: ["status"],
                    },
                },
            },
        ],
    };
}

const ofKratix = { group: "platform.kratix.io", version: "v1alpha1" } as const;

/** Of what kube-state-metrics makes series. */
export const kratixStates: readonly CustomState[] = [
    conditions({ ...ofKratix, kind: "Promise", resource: "promises" }, "kratix_promise"),
    conditions({ ...ofKratix, kind: "GitStateStore", resource: "gitstatestores" }, "kratix_store"),
    conditions({ ...ofKratix, kind: "Work", resource: "works" }, "kratix_work"),
    conditions(
        { ...ofKratix, kind: "WorkPlacement", resource: "workplacements" },
        "kratix_workplacement",
    ),
];

/** A condition of objects, as its series is called. */
const condition = (of: "promise" | "store" | "work" | "workplacement", type: string) =>
    `kratix_${of}_status_condition{job="kube-state-metrics",type="${type}"}`;

/** The metrics. */
export const kratixScrapes: readonly Scrape[] = [
    {
        name: KRATIX_JOB,
        pods: kratixPods,
        port: "metrics",
        number: kratixPorts.metrics,
        metrics: [
            {
                source: "controller-runtime v0.24.1: pkg/internal/controller/metrics/metrics.go, pkg/metrics/workqueue.go",
                names: ["controller_runtime_reconcile_errors_total", "workqueue_depth"],
            },
        ],
    },
    stateMetrics("kratix-conditions", {
        source: "components/tenancy/kratix-alerts.ts, by kube-state-metrics v2.20.0: pkg/customresourcestate; kratix ae170e2: api/v1alpha1/{promise,workplacement,gitstatestore}_types.go, internal/controller/scheduler.go",
        names: [
            "kratix_promise_status_condition",
            "kratix_store_status_condition",
            "kratix_work_status_condition",
            "kratix_workplacement_status_condition",
        ],
    }),
];

/** Upstream has none. */
export const kratixAlerts: readonly Alert[] = [
    {
        name: "KratixDown",
        expression: `absent(up{job="${KRATIX_JOB}"} == 1)`,
        for: "10m",
        severity: "critical",
        summary: "Kratix does not answer",
        description:
            "No order becomes anything, and Promises can be neither made nor changed. What was ordered before runs on.",
    },
    {
        name: "KratixPromiseUnavailable",
        expression: `max by (name) (${condition("promise", "Available")}) == 0`,
        for: "15m",
        severity: "warning",
        summary: "Nobody can order by the Promise {{ $labels.name }}",
        description: `Kratix does not serve its kind (${orderKind.kind}), so new orders wait or are refused.`,
    },
    {
        name: "KratixRepositoryUnreachable",
        expression: `max by (name) (${condition("store", "Ready")}) == 0`,
        for: "15m",
        severity: "warning",
        summary: "Kratix cannot write to the repository of {{ $labels.name }}",
        description:
            "What people order or give back is not written down, so Argo CD neither makes nor takes anything.",
        explains: [{ alerts: ["KratixWorkNotPlaced"] }],
    },
    {
        name: "KratixWorkNotPlaced",
        expression: `min by (name) (${condition("workplacement", "WriteSucceeded")} or ${condition("work", "ScheduleSucceeded")}) == 0`,
        for: "15m",
        severity: "warning",
        summary: "What was ordered as {{ $labels.name }} is not written down",
        description:
            "The program has carried the order out, but no place takes what came of it, or writing it failed.",
    },
];
