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

/** The data sources of what is on, with where they are reached. */
export function dataSources(
    { prometheus, prometheusUrl, alertmanager, alertmanagerUrl }: Monitoring,
    logs: Logs | undefined,
): Reached[] {
    return [
        {
            ...metricsSource,
            name: "Prometheus",
            url: prometheusUrl,
            isDefault: true,
            at: prometheus,
            options: { httpMethod: "POST", prometheusType: "Prometheus", timeInterval: "30s" },
        },
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
