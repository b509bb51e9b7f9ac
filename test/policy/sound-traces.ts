/** Collectors of traces with the configurations that the program writes, in parts that tests replace. */
import {
    gatewayConfiguration,
    samplerConfiguration,
} from "../../components/observability/trace-collector-config";
import type { Parts } from "./change";
import { type Inputs, type Resource } from "./harness";
import { namespace } from "./objects";
import { running, within } from "./sound-backups";

/** A collector of the operator. */
export function collector(name: string, config: unknown, spec: Inputs = {}): Resource {
    return within("opentelemetry", "opentelemetry.io/v1beta1", "OpenTelemetryCollector", name, {
        spec: { mode: "deployment", replicas: 2, config, ...spec },
    });
}

/** A data source of Grafana. */
export function dataSource(type: string, jsonData: Inputs = {}): Resource {
    return within("grafana", "grafana.integreatly.org/v1beta1", "GrafanaDatasource", type, {
        spec: { uid: type, datasource: { name: type, type, jsonData } },
    });
}

/** The proxies of the gateway, which send. */
export function proxies(tracing: unknown): Resource {
    return within(
        "envoy-gateway-system",
        "gateway.envoyproxy.io/v1alpha1",
        "EnvoyProxy",
        "public",
        {
            spec: { telemetry: { tracing } },
        },
    );
}

export const gatewayHost = "gateway-collector.opentelemetry.svc.cluster.local";

/** Two tiers of collectors, a store, who sends, and Grafana with its links. */
export const tracedParts: Parts = {
    collectors: namespace("opentelemetry"),
    storage: namespace("tempo"),
    apps: namespace("apps"),
    gateway: collector("gateway", gatewayConfiguration()),
    sampler: collector("sampler", samplerConfiguration("tempo.tempo.svc:4317")),
    store: running("tempo", "StatefulSet", "tempo", { image: "docker.io/grafana/tempo:2.10.8" }),
    proxies: proxies({
        samplingRate: 100,
        provider: { type: "OpenTelemetry", host: gatewayHost, port: 4317 },
    }),
    grafana: within("grafana", "grafana.integreatly.org/v1beta1", "Grafana", "grafana", {
        spec: {},
    }),
    traces: dataSource("tempo", {
        tracesToLogsV2: { datasourceUid: "loki" },
        tracesToMetrics: { datasourceUid: "prometheus" },
    }),
    logs: dataSource("loki"),
    metrics: dataSource("prometheus"),
};
