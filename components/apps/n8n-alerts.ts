/** Metrics and alerts of n8n. Pure. */
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { MetricSource, Scrape } from "../base/scrape";

/**
 * One kind of process. Labels and port as in the chart n8n 1.24.32; `N8N_METRICS` puts `/metrics`
 * on the port of the editor and the webhooks (n8n 2.35.7: server.js, webhook-server.js and
 * scaling/worker-server.js).
 */
function processes(
    name: string,
    pods: Readonly<Record<string, string>>,
    metrics: readonly MetricSource[],
): Scrape {
    return {
        name,
        pods: { "app.kubernetes.io/instance": "n8n", ...pods },
        port: "http",
        number: 5678,
        metrics,
    };
}

/** The queue's metrics need `N8N_METRICS_INCLUDE_QUEUE_METRICS`; only the main process has them. */
export const n8nScrapes: readonly Scrape[] = [
    processes("n8n-main", { "app.kubernetes.io/name": "n8n" }, [
        {
            source: "n8n 2.35.7: metrics/prometheus/queue-metrics.service.js",
            names: [
                "n8n_scaling_mode_queue_jobs_completed",
                "n8n_scaling_mode_queue_jobs_failed",
                "n8n_scaling_mode_queue_jobs_waiting",
            ],
        },
    ]),
    processes("n8n-webhook", { "app.kubernetes.io/name": "n8n-webhook" }, []),
    processes("n8n-worker", { "app.kubernetes.io/name": "n8n-worker" }, []),
];

/** Upstream publishes no rules. */
export const n8nAlerts: readonly Alert[] = [
    {
        name: "N8nMainDown",
        expression: 'absent(up{job="n8n-main"} == 1)',
        for: "10m",
        severity: "critical",
        summary: "The main process of n8n does not answer",
        description:
            "No workflow starts by timer or polling, and the editor is gone. Timers that pass " +
            "meanwhile are not made up for.",
    },
    {
        name: "N8nWebhooksDown",
        expression: 'absent(up{job="n8n-webhook"} == 1)',
        for: "5m",
        severity: "critical",
        summary: "No webhook processor of n8n answers",
        description:
            "Callers of webhooks get errors. Whatever they do not send again is lost, and the data " +
            "of an event exists nowhere else.",
    },
    {
        name: "N8nWorkersDown",
        expression: 'absent(up{job="n8n-worker"} == 1)',
        for: "10m",
        severity: "warning",
        summary: "No worker of n8n answers",
        description:
            "Executions wait in the queue. They are late, not lost, as long as Redis has room for them.",
    },
    {
        name: "N8nQueueGrows",
        expression: 'max(n8n_scaling_mode_queue_jobs_waiting{job="n8n-main"}) > 50',
        for: "20m",
        severity: "warning",
        summary: "{{ $value }} executions of n8n wait for a worker",
        description: "More come in than the workers can do, or a few long ones occupy all of them.",
    },
    {
        name: "N8nExecutionsFailing",
        expression:
            'sum(rate(n8n_scaling_mode_queue_jobs_failed{job="n8n-main"}[30m])) / ' +
            '(sum(rate(n8n_scaling_mode_queue_jobs_completed{job="n8n-main"}[30m])) + ' +
            'sum(rate(n8n_scaling_mode_queue_jobs_failed{job="n8n-main"}[30m])) > 0) > 0.5',
        for: "30m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the executions of n8n fail",
        description:
            "More than half of them, for half an hour. Mostly a service that workflows call is down " +
            "or a credential has expired.",
    },
];

/** Events from outside are taken in: one that is refused exists nowhere else. */
export const n8nObjectives: readonly Objective[] = [
    {
        name: "n8n-webhooks",
        percent: 99.9,
        indicator: { share: 'max(up{job="n8n-webhook"}) or vector(0)' },
        description: "One of the webhook processors of n8n answers.",
        alert: "N8nErrorBudgetBurn",
    },
];
