/** Metrics, alerts and the promise of Matrix; upstream publishes dashboards and no rules. Pure. */
import type { Alert } from "../base/alert";
import type { Objective } from "../base/objective";
import type { Scrape } from "../base/scrape";
import { matrixPods, matrixPorts, matrixProcess, matrixWorkers } from "./matrix-names";

const processes = ["main", ...matrixWorkers].map((process): Scrape => ({
    name: `matrix-synapse-${process}`,
    job: "matrix-synapse",
    pods: matrixProcess(process),
    port: "synapse-metrics",
    number: matrixPorts.synapseMetrics,
    metrics: [
        {
            source: "element-hq/synapse v1.159.0: synapse/http/request_metrics.py",
            names: [
                "synapse_http_server_responses_total",
                "synapse_http_server_response_time_seconds_bucket",
            ],
        },
    ],
}));

export const matrixScrapes: readonly Scrape[] = [
    ...processes,
    {
        name: "matrix-proxy",
        pods: matrixPods.proxy,
        port: "haproxy-metrics",
        number: matrixPorts.proxyMetrics,
        metrics: [],
    },
    {
        name: "matrix-redis",
        pods: matrixPods.redis,
        port: "metrics",
        number: matrixPorts.redisMetrics,
        metrics: [],
    },
    {
        name: "matrix-account",
        pods: matrixPods.account,
        port: "internal",
        number: matrixPorts.accountMetrics,
        metrics: [],
    },
    {
        name: "matrix-bridge",
        pods: matrixPods.bridge,
        port: "metrics",
        number: matrixPorts.bridgeMetrics,
        metrics: [
            {
                source: "matrix-org/matrix-hookshot 7.4.4: src/Metrics.ts",
                names: ["hookshot_connections", "hookshot_connection_event_failed"],
            },
        ],
    },
];

const MAIN = 'job="matrix-synapse", pod=~".+-synapse-main-.+"';
const responses = (matchers = "") =>
    `sum(rate(synapse_http_server_responses_total{job="matrix-synapse"${matchers}}[15m]))`;
const failed = 'hookshot_connection_event_failed{job="matrix-bridge"}';

export const matrixAlerts: readonly Alert[] = [
    {
        name: "MatrixDown",
        expression: `absent(up{${MAIN}} == 1) or absent(up{job="matrix-proxy"} == 1)`,
        for: "10m",
        severity: "critical",
        summary: "Nobody can write to anybody",
        description:
            "The main process of Synapse, or what is in front of it, does not answer. Alerts come by " +
            "the other channels meanwhile.",
        explains: [{ alerts: ["MatrixBridgeDown", "MatrixSignOnDown"] }],
    },
    {
        name: "MatrixSignOnDown",
        expression: 'absent(up{job="matrix-account"} == 1)',
        for: "10m",
        severity: "critical",
        summary: "Programs of people are not let in",
        description:
            "The authentication service does not answer. Synapse asks it for each token that it has " +
            "not seen a while, so people are shut out one after the other.",
    },
    {
        name: "MatrixRequestsFailing",
        expression: `${responses(', code=~"5.."')} / (${responses()} > 0) > 0.05`,
        for: "15m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the requests to Matrix fail",
        description: "The database refuses what Synapse asks of it, mostly.",
    },
    {
        name: "MatrixBridgeDown",
        expression: 'absent(hookshot_connections{job="matrix-bridge"} > 0)',
        for: "15m",
        severity: "warning",
        summary: "Alerts do not come into the room",
        description:
            "The bridge does not answer, or knows of no way into the room: the Job that makes it has " +
            "not ended well.",
    },
    {
        name: "MatrixBridgeFailing",
        expression: `sum(increase(${failed}[30m])) > 0`,
        for: "5m",
        severity: "warning",
        summary: "The bridge could not bring everything into the room",
        description:
            "Alertmanager tries again for a while; what was told by other channels is complete.",
    },
];

/** People see at once when nobody answers them. */
export const matrixObjectives: readonly Objective[] = [
    {
        name: "matrix-availability",
        percent: 99.5,
        indicator: {
            share: `(max(up{${MAIN}}) or vector(0)) * (max(up{job="matrix-proxy"}) or vector(0))`,
        },
        description: "The main process of Synapse and what is in front of it answer.",
        alert: "MatrixErrorBudgetBurn",
    },
];
