/** What Jaeger v2.20 is told: a collector that keeps traces in Elasticsearch and shows them. Pure. */
import type { ApiRequest } from "./elastic-apply";
import { elasticsearchUrl } from "./elasticsearch-objects";
import { lifecycle } from "./elasticsearch-state";
import { jaegerAlias, jaegerIndices } from "./jaeger-indices";
import { collectorPorts } from "./trace-collector-config";

export const jaegerPorts = { otlp: 4317, query: 16_686 } as const;

/** Days that traces are kept, as in Tempo. */
export const TRACE_DAYS = 7;
/** Name of the lifecycle of its indices, which it writes into its own templates. */
const LIFECYCLE = "traces-jaeger";

/** Where its password and the authority of Elasticsearch's certificate lie. */
export const jaegerFolders = {
    user: "/etc/elasticsearch-user",
    authority: "/etc/elasticsearch-authority",
} as const;

const everywhere = (port: number) => ({ endpoint: `0.0.0.0:${port}` });
const STORE = "elasticsearch";

/**
 * The configuration.
 *
 * @param replicas copies of each primary shard
 */
export function jaegerConfiguration(replicas: number): Record<string, unknown> {
    const index = {
        shards: 1,
        replicas,
        rotation: { auto_rollover: { policy_name: LIFECYCLE } },
    };
    return {
        extensions: {
            healthcheckv2: { use_v2: true, http: everywhere(collectorPorts.health) },
            jaeger_storage: {
                backends: {
                    [STORE]: {
                        elasticsearch: {
                            server_urls: [elasticsearchUrl],
                            auth: {
                                basic: {
                                    username: "jaeger",
                                    password_file: `${jaegerFolders.user}/password`,
                                    reload_interval: "5m",
                                },
                            },
                            tls: { ca_file: `${jaegerFolders.authority}/ca.crt` },
                            max_span_age: `${TRACE_DAYS * 24}h`,
                            indices: { spans: index, services: index },
                        },
                    },
                },
            },
            jaeger_query: { storage: { traces: STORE }, http: everywhere(jaegerPorts.query) },
        },
        receivers: { otlp: { protocols: { grpc: everywhere(jaegerPorts.otlp) } } },
        processors: {
            memory_limiter: {
                check_interval: "1s",
                limit_percentage: 80,
                spike_limit_percentage: 20,
            },
            batch: {},
        },
        exporters: { jaeger_storage_exporter: { trace_storage: STORE } },
        service: {
            extensions: ["healthcheckv2", "jaeger_storage", "jaeger_query"],
            telemetry: {
                metrics: {
                    readers: [
                        {
                            pull: {
                                exporter: {
                                    prometheus: { host: "0.0.0.0", port: collectorPorts.own },
                                },
                            },
                        },
                    ],
                },
            },
            pipelines: {
                traces: {
                    receivers: ["otlp"],
                    processors: ["memory_limiter", "batch"],
                    exporters: ["jaeger_storage_exporter"],
                },
            },
        },
    };
}

/**
 * The lifecycle, and the first index behind each alias. Jaeger writes the templates when it starts, so
 * the indices wait for these; until they are there it may not write, and tries again.
 */
export function jaegerRequests(): ApiRequest[] {
    return [
        {
            method: "PUT",
            path: `_ilm/policy/${LIFECYCLE}`,
            body: lifecycle({ days: TRACE_DAYS, rollover: 1 }),
        },
        ...jaegerIndices.map((index): ApiRequest => ({
            method: "PUT",
            path: `${index}-000001`,
            after: `_index_template/${index}`,
            unless: `_alias/${jaegerAlias(index, "write")}`,
            body: {
                aliases: {
                    [jaegerAlias(index, "write")]: { is_write_index: true },
                    [jaegerAlias(index, "read")]: {},
                },
            },
        })),
    ];
}
