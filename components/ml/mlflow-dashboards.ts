/** MLflow. Pure. */
import { answering, type Dashboard, rates, slowest } from "../base/dashboard";

const JOB = 'job="mlflow"';

/** Whether what is logged arrives. */
export const mlflowDashboards: readonly Dashboard[] = [
    {
        name: "mlflow",
        title: "MLflow",
        purpose: "Whether what trainings log arrives, and how long it takes.",
        rows: [
            {
                title: "Requests",
                panels: [
                    rates("Requests by status", `mlflow_http_request_total{${JOB}}`, "status", {
                        unit: "reqps",
                    }),
                    rates("Failed", `mlflow_http_request_total{${JOB}, status=~"5.."}`, "", {
                        unit: "reqps",
                    }),
                    slowest(
                        "Slowest of a hundred",
                        `mlflow_http_request_duration_seconds_bucket{${JOB}}`,
                        "",
                    ),
                    answering("mlflow"),
                ],
            },
        ],
    },
];
