/** Resource metrics. Pure. */
import { answering, type Dashboard, lines } from "../base/dashboard";

const JOB = 'job="metrics-server"';

/** How metrics-server asks the kubelets. */
export const metricsServerDashboards: readonly Dashboard[] = [
    {
        name: "metrics-server",
        title: "Resource metrics",
        purpose: "Whether autoscalers see every node, and how late.",
        rows: [
            {
                title: "Kubelets",
                panels: [
                    lines(
                        "Questions by success",
                        `sum by (success) (rate(metrics_server_kubelet_request_total{${JOB}}[$__rate_interval]))`,
                        "{{ success }}",
                        { unit: "reqps" },
                    ),
                    lines(
                        "Slowest of a hundred answers",
                        `histogram_quantile(0.99, sum by (le, node) (rate(metrics_server_kubelet_request_duration_seconds_bucket{${JOB}}[$__rate_interval])))`,
                        "{{ node }}",
                        { unit: "s" },
                    ),
                    answering("metrics-server"),
                ],
            },
        ],
    },
];
