/** Grafana itself. Pure. */
import { answering, controllerRow, type Dashboard, lines, number } from "../base/dashboard";

const JOB = 'job="grafana"';

/** Whether people see dashboards, and how long they wait. */
export const grafanaOperatorDashboards: readonly Dashboard[] = [
    {
        name: "grafana",
        title: "Grafana",
        purpose: "Whether Grafana and its data sources answer.",
        rows: [
            {
                title: "Grafana",
                panels: [
                    number("Dashboards", `max(grafana_stat_totals_dashboard{${JOB}})`),
                    lines(
                        "Requests by status",
                        `sum by (status_code) (rate(grafana_http_request_duration_seconds_count{${JOB}}[$__rate_interval]))`,
                        "{{ status_code }}",
                        { unit: "reqps" },
                    ),
                    lines(
                        "Slowest of a hundred requests",
                        `histogram_quantile(0.99, sum by (le) (rate(grafana_http_request_duration_seconds_bucket{${JOB}}[$__rate_interval])))`,
                        "99 %",
                        { unit: "s" },
                    ),
                    lines(
                        "Questions to data sources",
                        `sum by (datasource, code) (rate(grafana_datasource_request_total{${JOB}}[$__rate_interval]))`,
                        "{{ datasource }} {{ code }}",
                        { unit: "reqps" },
                    ),
                    answering("grafana"),
                ],
            },
            controllerRow("grafana-operator"),
        ],
    },
];
