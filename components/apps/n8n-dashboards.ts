/** Workflows. Pure. */
import { answering, type Dashboard, lines, number } from "../base/dashboard";

const JOB = 'job="n8n-main"';
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
];
