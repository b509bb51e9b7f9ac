/** What Grafana asks: the data sources of what is on. */
import type { Endpoint } from "../base/connection";
import { STREAM_SPACE } from "./evidence";
import { type DataSource, metricsSource, type SourceAccess } from "./grafana-objects";

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

/** What keeps evidence, and what Grafana signs on to it with. */
export interface Evidence {
    readonly endpoint: Endpoint;
    readonly url: string;
    readonly access: SourceAccess;
}

/** A data source, and where it is reached. */
type Reached = DataSource & { readonly at: Endpoint };

/** What keeps traces, as links name it. */
const traceStores = {
    traces: { name: "Tempo", type: "tempo", uid: "tempo" },
    searchedTraces: { name: "Jaeger", type: "jaeger", uid: "jaeger" },
} as const;
const logSource = { type: "loki", uid: "loki" } as const;

/** The id of a trace in a line of JSON, by its key or by that of W3C's Trace Context. */
const traceInLog = '"(?:trace_id|traceId|traceID)":"([0-9a-f]{16,32})"';

/** The stores of traces that are there. */
function storesOf(asked: Pick<Asked, keyof typeof traceStores>) {
    return (["traces", "searchedTraces"] as const).flatMap((which) => {
        const store = asked[which];
        return store === undefined ? [] : [{ ...traceStores[which], store }];
    });
}

function logSources({ logs, ...asked }: Asked): Reached[] {
    if (logs === undefined) {
        return [];
    }
    const derivedFields = storesOf(asked).map(({ name, uid }) => ({
        name: `trace in ${name}`,
        matcherRegex: traceInLog,
        url: "${__value.raw}",
        datasourceUid: uid,
    }));
    return [
        {
            ...logSource,
            name: "Loki",
            url: logs.url,
            at: logs.endpoint,
            options: {
                maxLines: 1000,
                ...(derivedFields.length === 0 ? {} : { derivedFields }),
            },
        },
    ];
}

/**
 * What a link of a span can say of its counted calls. Jaeger's answers name the service beside the
 * tags, where links do not find it (grafana: public/app/features/explore, scopedVarsFromSpan): there
 * it is the operation.
 */
const counted = {
    tempo: 'service_name="${__span.tags["service.name"]}"',
    jaeger: 'span_name="${__span.name}"',
} as const;

/** Links of a trace: to the lines that carry its id, and to how its service did around then. */
function traceSources({ logs, ...asked }: Asked): Reached[] {
    const around = { spanStartTimeShift: "-10m", spanEndTimeShift: "10m" };
    const calls = "traces_spanmetrics_calls_total";
    return storesOf(asked).map(({ store, ...source }) => {
        const those = counted[source.type];
        return {
            ...source,
            url: store.url,
            at: store.endpoint,
            options: {
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
                        { name: "Calls", query: `sum(rate(${calls}{${those}}[5m]))` },
                        {
                            name: "Share of errors",
                            query:
                                `sum(rate(${calls}{${those}, status_code="STATUS_CODE_ERROR"}[5m]))` +
                                ` / sum(rate(${calls}{${those}}[5m]))`,
                        },
                    ],
                },
                nodeGraph: { enabled: true },
                // Jaeger has neither.
                ...(source.type === "tempo"
                    ? { httpMethod: "GET", serviceMap: { datasourceUid: metricsSource.uid } }
                    : {}),
            },
        };
    });
}

/** All kinds of evidence together; which one a document is says `data_stream.dataset`. */
function evidenceSources(evidence: Evidence | undefined): Reached[] {
    return evidence === undefined
        ? []
        : [
              {
                  uid: "elasticsearch",
                  name: "Elasticsearch",
                  type: "elasticsearch",
                  url: evidence.url,
                  at: evidence.endpoint,
                  access: evidence.access,
                  options: {
                      index: `logs-*-${STREAM_SPACE}`,
                      timeField: "@timestamp",
                      logMessageField: "message",
                      logLevelField: "level",
                      maxConcurrentShardRequests: 5,
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
    /** What keeps logs; undefined when nothing does. */
    readonly logs: Logs | undefined;
    /** What keeps traces in a bucket; undefined when nothing does. */
    readonly traces: Traces | undefined;
    /** What keeps traces to be searched by any tag; undefined when nothing does. */
    readonly searchedTraces: Traces | undefined;
    /** What keeps evidence; undefined when nothing does. */
    readonly evidence: Evidence | undefined;
    /** What keeps metrics for more than a year; undefined when nothing does. */
    readonly allMetrics: AllMetrics | undefined;
}

/** The data sources of what is on, with where they are reached. */
export function dataSources(asked: Asked): Reached[] {
    const { monitoring, allMetrics, evidence } = asked;
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
        ...logSources(asked),
        ...traceSources(asked),
        ...evidenceSources(evidence),
    ];
}
