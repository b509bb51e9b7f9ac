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

/** The data sources of what is on, with where they are reached. */
export function dataSources({
    prometheus,
    prometheusUrl,
    alertmanager,
    alertmanagerUrl,
}: Monitoring): (DataSource & { readonly at: Endpoint })[] {
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
    ];
}
