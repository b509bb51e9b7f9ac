/** Metrics, alerts and dashboards of Robusta. Pure. */
import type { Alert } from "../base/alert";
import { answering, average, type Dashboard, rates, sums } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { robustaPods, robustaPorts } from "./robusta-values";

const JOB = 'job="robusta"';
const QUEUE = `${JOB}, queue_name="alerts_queue"`;

export const robustaScrapes: readonly Scrape[] = [
    {
        name: "robusta",
        pods: robustaPods.runner,
        port: "http",
        number: robustaPorts.runner,
        path: "/metrics",
        metrics: [
            {
                source: "robusta 0.47.0: src/robusta/utils/task_queue.py",
                names: [
                    "queue_event_total",
                    "queue_size",
                    "queue_process_time_sum",
                    "queue_process_time_count",
                ],
            },
            {
                source: "robusta 0.47.0: src/robusta/core/playbooks/playbooks_event_handler_impl.py",
                names: ["playbooks_errors_total"],
            },
        ],
    },
];

/** Upstream has none. Alerts reach people by their own ways, with Robusta or without. */
export const robustaAlerts: readonly Alert[] = [
    {
        name: "RobustaDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "Nobody explains alerts",
        description:
            "The runner of Robusta does not answer. Alerts reach people by their own ways, without " +
            "logs, events and a cause beside them.",
    },
    {
        name: "RobustaExplanationsFailing",
        expression: `sum(increase(playbooks_errors_total{${JOB}}[1h])) > 0`,
        for: "15m",
        severity: "warning",
        summary: "Alerts are sent without what explains them",
        description:
            "A step of Robusta failed in the last hour: HolmesGPT, the model or what it was to look " +
            "at did not answer. The alert itself was sent.",
    },
];

export const robustaDashboards: readonly Dashboard[] = [
    {
        name: "robusta",
        title: "Robusta",
        purpose: "Whether alerts are explained, and how long that takes.",
        rows: [
            {
                title: "Alerts",
                panels: [
                    answering("robusta"),
                    rates("Alerts", `queue_event_total{${QUEUE}}`, "status"),
                    sums("Waiting", `queue_size{${JOB}}`, "queue_name"),
                    average("Time for one", "queue_process_time", QUEUE, ""),
                    rates("Failed steps", `playbooks_errors_total{${JOB}}`, "source"),
                ],
            },
        ],
    },
];
