/** Metrics, alerts and the promise of MLflow; upstream publishes no rules. Pure. */
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";
import { MLFLOW_PORT, mlflowPods } from "./mlflow-values";

/** Pods of the server, which tells metrics on the port of everything else. */
export const mlflowScrapes: readonly Scrape[] = [
    {
        name: "mlflow",
        pods: mlflowPods,
        port: "mlflow",
        number: MLFLOW_PORT,
        metrics: [
            {
                source: "mlflow v3.15.1: mlflow/server/prometheus_exporter.py, by prometheus-flask-exporter 0.23: prometheus_flask_exporter/__init__.py",
                names: ["mlflow_http_request_duration_seconds_bucket", "mlflow_http_request_total"],
            },
        ],
    },
];

const requests = (matchers = "") =>
    `sum(rate(mlflow_http_request_total{job="mlflow"${matchers}}[15m]))`;

export const mlflowAlerts: readonly Alert[] = [
    {
        name: "MlflowDown",
        expression: 'absent(up{job="mlflow"} == 1)',
        for: "10m",
        severity: "critical",
        summary: "No server of MLflow answers",
        description:
            "Trainings that log end with an error, and models of the registry cannot be loaded. What " +
            "was logged before is kept.",
    },
    {
        name: "MlflowRequestsFailing",
        expression: `${requests(', status=~"5.."')} / (${requests()} > 0) > 0.1`,
        for: "15m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the requests to MLflow fail",
        description: "The database or the bucket refuses what the server asks of it, mostly.",
    },
];

/** Whoever trains for hours loses them with a server that does not take what is logged. */
export const mlflowObjectives: readonly Objective[] = [
    {
        name: "mlflow-availability",
        percent: 99.5,
        indicator: { share: 'max(up{job="mlflow"}) or vector(0)' },
        description: "One of the servers of MLflow answers.",
        alert: "MlflowErrorBudgetBurn",
    },
];
