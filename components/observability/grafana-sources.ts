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

/** What keeps metrics for longer than Prometheus, and asks that for the rest. */
export interface AllMetrics {
    readonly endpoint: Endpoint;
    readonly url: string;
}

/** A data source, and where it is reached. */
type Reached = DataSource & { readonly at: Endpoint };

function logSources(logs: Logs | undefined): Reached[] {
    return logs === undefined
        ? []
        : [
              {
                  uid: "loki",
                  name: "Loki",
                  type: "loki",
                  url: logs.url,
                  at: logs.endpoint,
                  options: { maxLines: 1000 },
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
    readonly allMetrics: AllMetrics | undefined;
}

/** The data sources of what is on, with where they are reached. */
export function dataSources({ monitoring, logs, allMetrics }: Asked): Reached[] {
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
        ...logSources(logs),
    ];
}
