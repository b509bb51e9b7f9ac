/** Workflows. Pure. */
import { answering, type Dashboard, highest, lines, number, rates } from "../base/dashboard";

const JOB = 'job="n8n-main"';
const PROCESSES = 'job=~"n8n-main|n8n-webhook|n8n-worker"';
const jobs = (state: string) =>
    `sum(rate(n8n_scaling_mode_queue_jobs_${state}{${JOB}}[$__rate_interval]))`;

/** Executions: how many wait, end and fail. */
export const n8nDashboards: readonly Dashboard[] = [
    {
        name: "n8n",
        title: "n8n",
        purpose: "Whether executions keep up with what comes in, and what fails.",
        rows: [
            {
                title: "Executions",
                panels: [
                    number("Waiting", `max(n8n_scaling_mode_queue_jobs_waiting{${JOB}})`, {
                        thresholds: { warning: 20, bad: 50 },
                    }),
                    {
                        title: "Ended",
                        unit: "ops",
                        queries: [
                            { expression: jobs("completed"), legend: "well" },
                            { expression: jobs("failed"), legend: "failed" },
                        ],
                    },
                    lines("Queue", `max(n8n_scaling_mode_queue_jobs_waiting{${JOB}})`, "waiting"),
                    answering("n8n-.*"),
                ],
            },
        ],
    },
    {
        name: "n8n-processes",
        title: "Processes of n8n",
        purpose: "Whether a process of n8n is held up, short of memory or does nothing.",
        rows: [
            {
                title: "Processes",
                panels: [
                    highest(
                        "Held up for",
                        `n8n_nodejs_eventloop_lag_p99_seconds{${PROCESSES}}`,
                        "pod",
                        { unit: "s" },
                    ),
                    rates("Processor", `n8n_process_cpu_seconds_total{${PROCESSES}}`, "pod", {
                        unit: "cores",
                    }),
                    highest("Memory", `n8n_process_resident_memory_bytes{${PROCESSES}}`, "pod", {
                        unit: "bytes",
                    }),
                    highest("Heap", `n8n_nodejs_heap_size_used_bytes{${PROCESSES}}`, "pod", {
                        unit: "bytes",
                    }),
                ],
            },
            {
                title: "Work",
                panels: [
                    highest(
                        "Executions under way",
                        `n8n_scaling_mode_queue_jobs_active{${JOB}}`,
                        "",
                    ),
                    highest("Workflows that are on", `n8n_active_workflow_count{${JOB}}`, ""),
                    highest(
                        "Connections and timers",
                        `n8n_nodejs_active_resources_total{${PROCESSES}}`,
                        "pod",
                    ),
                ],
            },
        ],
    },
];
