/** What Grafana asks: the data sources of what is on. */
import type { Endpoint } from "../base/connection";
import { type DataSource, metricsSource } from "./grafana-objects";

/** What collects metrics and sends alerts. */
export interface Monitoring {
    readonly prometheus: Endpoint;
    readonly prometheusUrl: string;
    readonly alertmanager: Endpoint;
    readonly alertmanagerUrl: string;
}

/** What keeps logs. */
export interface Logs {
    readonly endpoint: Endpoint;
    readonly url: string;
}

/** What keeps traces. */
export interface Traces {
    readonly endpoint: Endpoint;
    readonly url: string;
}

/** What keeps metrics for longer than Prometheus, and asks that for the rest. */
export interface AllMetrics {
    readonly endpoint: Endpoint;
    readonly url: string;
}

/** A data source, and where it is reached. */
type Reached = DataSource & { readonly at: Endpoint };

/** The data source of traces, as links name it. */
const traceSource = { type: "tempo", uid: "tempo" } as const;
const logSource = { type: "loki", uid: "loki" } as const;

/** The id of a trace in a line of JSON, by its key or by that of W3C's Trace Context. */
const traceInLog = '"(?:trace_id|traceId|traceID)":"([0-9a-f]{16,32})"';

function logSources(logs: Logs | undefined, traces: Traces | undefined): Reached[] {
    return logs === undefined
        ? []
        : [
              {
                  ...logSource,
                  name: "Loki",
                  url: logs.url,
                  at: logs.endpoint,
                  options: {
                      maxLines: 1000,
                      ...(traces === undefined
                          ? {}
                          : {
                                derivedFields: [
                                    {
                                        name: "trace",
                                        matcherRegex: traceInLog,
                                        url: "${__value.raw}",
                                        datasourceUid: traceSource.uid,
                                    },
                                ],
                            }),
                  },
              },
          ];
}

/** Links of a trace: to the lines that carry its id, and to how its service did around then. */
function traceSources(traces: Traces | undefined, logs: Logs | undefined): Reached[] {
    if (traces === undefined) {
        return [];
    }
    const around = { spanStartTimeShift: "-10m", spanEndTimeShift: "10m" };
    const service = 'service_name="${__span.tags["service.name"]}"';
    return [
        {
            ...traceSource,
            name: "Tempo",
            url: traces.url,
            at: traces.endpoint,
            options: {
                httpMethod: "GET",
                ...(logs === undefined
                    ? {}
                    : {
                          tracesToLogsV2: {
                              datasourceUid: logSource.uid,
                              ...around,
                              customQuery: true,
                              query: '{namespace=~".+"} |= "${__trace.traceId}"',
                          },
                      }),
                tracesToMetrics: {
                    datasourceUid: metricsSource.uid,
                    ...around,
                    tags: [],
                    queries: [
                        {
                            name: "Calls",
                            query: `sum(rate(traces_spanmetrics_calls_total{${service}}[5m]))`,
                        },
                        {
                            name: "Share of errors",
                            query:
                                `sum(rate(traces_spanmetrics_calls_total{${service}, status_code="STATUS_CODE_ERROR"}[5m]))` +
                                ` / sum(rate(traces_spanmetrics_calls_total{${service}}[5m]))`,
                        },
                    ],
                },
                serviceMap: { datasourceUid: metricsSource.uid },
                nodeGraph: { enabled: true },
            },
        },
    ];
}

function metricSources(
    { prometheus, prometheusUrl }: Monitoring,
    all: AllMetrics | undefined,
): Reached[] {
    const own: Omit<Reached, "uid"> = {
        name: "Prometheus",
        type: metricsSource.type,
        url: prometheusUrl,
        at: prometheus,
        options: { httpMethod: "POST", prometheusType: "Prometheus", timeInterval: "30s" },
    };
    return all === undefined
        ? [{ ...own, ...metricsSource, isDefault: true }]
        : [
              {
                  // Under the name that dashboards have for metrics: they need not know who answers.
                  ...metricsSource,
                  name: "Thanos",
                  url: all.url,
                  isDefault: true,
                  at: all.endpoint,
                  options: {
                      httpMethod: "POST",
                      prometheusType: "Thanos",
                      timeInterval: "30s",
                      manageAlerts: false,
                  },
              },
              // One of the servers, with the state of its alerts.
              { ...own, uid: "prometheus-server" },
          ];
}

/** What there is to ask. */
export interface Asked {
    readonly monitoring: Monitoring;
    readonly logs: Logs | undefined;
    readonly traces: Traces | undefined;
    readonly allMetrics: AllMetrics | undefined;
}

/** The data sources of what is on, with where they are reached. */
export function dataSources({ monitoring, logs, traces, allMetrics }: Asked): Reached[] {
    const { alertmanager, alertmanagerUrl } = monitoring;
    return [
        ...metricSources(monitoring, allMetrics),
        {
            uid: "alertmanager",
            name: "Alertmanager",
            type: "alertmanager",
            url: alertmanagerUrl,
            at: alertmanager,
            options: { implementation: "prometheus", handleGrafanaManagedAlerts: false },
        },
        ...logSources(logs, traces),
        ...traceSources(traces, logs),
    ];
}
