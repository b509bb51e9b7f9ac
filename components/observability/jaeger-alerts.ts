/** Metrics, alerts and dashboards of Jaeger. Pure. */
import type { Alert } from "../base/alert";
import { answering, type Dashboard, rates } from "../base/dashboard";
import type { Scrape } from "../base/scrape";
import { collectorPods } from "./trace-collector";
import { collectorPorts } from "./trace-collector-config";

/** Name of the collector that Jaeger is, and of its namespace. */
export const NAME = "jaeger";
/** Pods, as the OpenTelemetry operator labels them. */
export const jaegerPods = collectorPods(NAME, NAME);
const JOB = `job="${NAME}"`;

export const jaegerScrapes: readonly Scrape[] = [
    {
        name: NAME,
        pods: jaegerPods,
        port: "metrics",
        number: collectorPorts.own,
        metrics: [
            {
                source: "opentelemetry-collector v0.155.0: receiver/receiverhelper, exporter/exporterhelper (documentation.md)",
                names: [
                    "otelcol_exporter_send_failed_spans",
                    "otelcol_exporter_sent_spans",
                    "otelcol_receiver_accepted_spans",
                    "otelcol_receiver_refused_spans",
                ],
            },
        ],
    },
];

export const jaegerAlerts: readonly Alert[] = [
    {
        name: "JaegerDown",
        expression: `absent(up{${JOB}} == 1)`,
        for: "15m",
        severity: "warning",
        summary: "Jaeger takes no traces and shows none",
        description:
            "The samplers try again for five minutes, then spans do not reach Elasticsearch. Tempo has " +
            "the same, and requests are served as before.",
    },
    {
        name: "JaegerSpansNotKept",
        expression: `sum(rate(otelcol_exporter_send_failed_spans{${JOB}}[10m])) > 0`,
        for: "15m",
        severity: "warning",
        summary: "Jaeger cannot write spans into Elasticsearch",
        description: "Traces in Jaeger have gaps. Tempo has the same traces.",
    },
];

export const jaegerDashboards: readonly Dashboard[] = [
    {
        name: "traces-in-elasticsearch",
        title: "Traces in Elasticsearch",
        purpose: "Whether Jaeger takes spans and gets them into Elasticsearch.",
        rows: [
            {
                title: "Spans",
                panels: [
                    rates("Taken", `otelcol_receiver_accepted_spans{${JOB}}`, "pod"),
                    rates("Refused", `otelcol_receiver_refused_spans{${JOB}}`, "pod"),
                    rates("Kept", `otelcol_exporter_sent_spans{${JOB}}`, "pod"),
                    rates("Not kept", `otelcol_exporter_send_failed_spans{${JOB}}`, "pod"),
                    answering(NAME),
                ],
            },
        ],
    },
];
