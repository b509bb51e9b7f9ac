/** Kratix: whether orders come through. Pure. */
import { answering, type Dashboard, lines, number } from "../base/dashboard";
import { KRATIX_JOB } from "./kratix-alerts";

const JOB = `job="${KRATIX_JOB}"`;
const STATE = 'job="kube-state-metrics"';
const missing = (series: string, type: string) =>
    `count(${series}{${STATE},type="${type}"} == 0) or vector(0)`;

/** One page. */
export const kratixDashboards: readonly Dashboard[] = [
    {
        name: "kratix",
        title: "Orders",
        purpose: "Whether what people order comes to be, and where it is stuck if not.",
        rows: [
            {
                title: "On the way",
                panels: [
                    number(
                        "Promises that nobody can order by",
                        missing("kratix_promise_status_condition", "Available"),
                        { thresholds: { warning: 1, bad: 1 }, overview: true },
                    ),
                    number(
                        "Repositories that cannot be written to",
                        missing("kratix_store_status_condition", "Ready"),
                        { thresholds: { warning: 1, bad: 1 } },
                    ),
                    number(
                        "Not written down",
                        missing("kratix_workplacement_status_condition", "WriteSucceeded"),
                        { thresholds: { warning: 1, bad: 1 } },
                    ),
                    number(
                        "Without a place",
                        missing("kratix_work_status_condition", "ScheduleSucceeded"),
                        { thresholds: { warning: 1, bad: 1 } },
                    ),
                ],
            },
            {
                title: "Kratix itself",
                panels: [
                    answering(KRATIX_JOB),
                    lines(
                        "Failed attempts",
                        `sum by (controller) (rate(controller_runtime_reconcile_errors_total{${JOB}}[$__rate_interval]))`,
                        "{{ controller }}",
                    ),
                    lines("Waiting", `sum by (name) (workqueue_depth{${JOB}})`, "{{ name }}"),
                ],
            },
        ],
    },
];
