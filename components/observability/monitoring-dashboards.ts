/** Prometheus and Alertmanager from the inside, and what they have told. Pure. */
import {
    answering,
    average,
    type Dashboard,
    highest,
    lines,
    number,
    rates,
    slowest,
    sums,
    table,
} from "../base/dashboard";

const SERVER = 'job="prometheus"';
const MANAGER = 'job="alertmanager"';
const FIRING = 'ALERTS{alertstate="firing", alertname!="Watchdog", severity!="none"}';

/** For whoever asks why an alert came, did not come or came too often. */
export const monitoringDashboards: readonly Dashboard[] = [
    {
        name: "prometheus",
        title: "Prometheus",
        purpose: "How many series Prometheus keeps, what that costs and whether its rules keep up.",
        rows: [
            {
                title: "Series",
                panels: [
                    highest("In memory", `prometheus_tsdb_head_series{${SERVER}}`, "pod"),
                    rates("New", `prometheus_tsdb_head_series_created_total{${SERVER}}`, "pod"),
                    rates(
                        "Samples",
                        `prometheus_tsdb_head_samples_appended_total{${SERVER}}`,
                        "pod",
                    ),
                    highest(
                        "Memory of the process",
                        `process_resident_memory_bytes{${SERVER}}`,
                        "pod",
                        {
                            unit: "bytes",
                        },
                    ),
                ],
            },
            {
                title: "Blocks on disk",
                panels: [
                    highest("Size", `prometheus_tsdb_storage_blocks_bytes{${SERVER}}`, "pod", {
                        unit: "bytes",
                    }),
                    highest(
                        "Age of the oldest sample",
                        `time() - prometheus_tsdb_lowest_timestamp_seconds{${SERVER}}`,
                        "pod",
                        { unit: "s" },
                    ),
                    rates(
                        "Compactions that failed",
                        `prometheus_tsdb_compactions_failed_total{${SERVER}}`,
                        "pod",
                    ),
                ],
            },
            {
                title: "Rules and questions",
                panels: [
                    table(
                        "Groups that take longest of their interval",
                        `topk(10, max by (rule_group) (prometheus_rule_group_last_duration_seconds{${SERVER}} / prometheus_rule_group_interval_seconds{${SERVER}}))`,
                        { unit: "percentunit" },
                    ),
                    rates(
                        "Evaluations that were missed",
                        `prometheus_rule_group_iterations_missed_total{${SERVER}}`,
                        "rule_group",
                    ),
                    slowest(
                        "Slowest of a hundred questions",
                        `prometheus_http_request_duration_seconds_bucket{${SERVER}, handler=~"/api/v1/query.*"}`,
                        "handler",
                    ),
                    highest(
                        "Questions at the same time",
                        `prometheus_engine_queries{${SERVER}}`,
                        "pod",
                    ),
                ],
            },
        ],
    },
    {
        name: "scrapes",
        title: "Scrapes",
        purpose: "Which targets are slow, bring more series than before or do not answer.",
        rows: [
            {
                title: "Targets",
                panels: [
                    table("Do not answer", "sort(min by (namespace, job, instance) (up) == 0)"),
                    lines(
                        "Slowest",
                        "topk(10, max by (job) (scrape_duration_seconds))",
                        "{{ job }}",
                        { unit: "s" },
                    ),
                    lines(
                        "Most samples",
                        "topk(10, sum by (job) (scrape_samples_post_metric_relabeling))",
                        "{{ job }}",
                    ),
                    lines(
                        "Most new series",
                        "topk(10, sum by (job) (scrape_series_added))",
                        "{{ job }}",
                    ),
                ],
            },
            {
                title: "Refused",
                panels: [
                    rates(
                        "More samples than allowed",
                        `prometheus_target_scrapes_exceeded_sample_limit_total{${SERVER}}`,
                        "pod",
                    ),
                    rates(
                        "Out of order",
                        `prometheus_target_scrapes_sample_out_of_order_total{${SERVER}}`,
                        "pod",
                    ),
                    rates(
                        "Twice with the same time",
                        `prometheus_target_scrapes_sample_duplicate_timestamp_total{${SERVER}}`,
                        "pod",
                    ),
                ],
            },
        ],
    },
    {
        name: "messages",
        title: "Messages of alerts",
        purpose: "Whether messages arrive at every channel, how late, and what is silenced.",
        rows: [
            {
                title: "Channels",
                panels: [
                    rates("Sent", `alertmanager_notifications_total{${MANAGER}}`, "integration"),
                    rates(
                        "Failed by reason",
                        `alertmanager_notifications_failed_total{${MANAGER}}`,
                        "integration, reason",
                    ),
                    average(
                        "Time of one message",
                        "alertmanager_notification_latency_seconds",
                        MANAGER,
                        "integration",
                    ),
                ],
            },
            {
                title: "Alerts on their way",
                panels: [
                    rates("Received", `alertmanager_alerts_received_total{${MANAGER}}`, "status"),
                    rates(
                        "Held back by reason",
                        `alertmanager_notifications_suppressed_total{${MANAGER}}`,
                        "reason",
                    ),
                    highest("Silences", `alertmanager_silences{${MANAGER}}`, "state"),
                    sums("Groups", `alertmanager_dispatcher_aggregation_groups{${MANAGER}}`, "pod"),
                ],
            },
            {
                title: "Members",
                panels: [
                    highest("Each knows", `alertmanager_cluster_members{${MANAGER}}`, "pod"),
                    highest(
                        "Health (0 is well)",
                        `alertmanager_cluster_health_score{${MANAGER}}`,
                        "pod",
                    ),
                    answering("alertmanager"),
                ],
            },
        ],
    },
    {
        name: "alert-history",
        title: "History of alerts",
        purpose: "Which alerts fire often or for long, and would deserve a change.",
        from: "7d",
        rows: [
            {
                title: "Seven days",
                panels: [
                    table(
                        "Longest in all",
                        `topk(20, sum by (alertname, severity) (count_over_time(${FIRING}[7d:5m]))) * 300`,
                        { unit: "s" },
                    ),
                    table(
                        "Most often",
                        `topk(20, sum by (alertname, severity) (changes(ALERTS_FOR_STATE{alertname!="Watchdog", severity!="none"}[7d])))`,
                    ),
                    number(
                        "Alerts that fired",
                        `count(count by (alertname) (max_over_time(${FIRING}[7d])))`,
                    ),
                ],
            },
            {
                title: "Now",
                panels: [
                    table(
                        "Firing since",
                        `sort_desc(time() - max by (alertname, namespace) (ALERTS_FOR_STATE{severity!="none"}))`,
                        { unit: "s" },
                    ),
                    lines(
                        "Firing by namespace",
                        `count by (namespace) (${FIRING})`,
                        "{{ namespace }}",
                    ),
                    lines(
                        "About to fire",
                        'count by (alertname) (ALERTS{alertstate="pending"})',
                        "{{ alertname }}",
                    ),
                ],
            },
        ],
    },
];
