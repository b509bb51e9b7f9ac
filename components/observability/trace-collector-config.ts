/** Configurations of the collectors of traces. Pure: no Pulumi. */
import { traceGateway } from "../base/traces";

/** Where whole traces are decided on. */
export const traceSampler = {
    name: "sampler",
    ports: { grpc: 4317, metrics: 8889 },
} as const;

/** Port of a collector's own metrics, and of its health. */
export const collectorPorts = { own: 8888, health: 13_133 } as const;

/** Which traces are kept: all that failed, all that were slow, and a share of the others. */
export const sampling = { slowMilliseconds: 1000, percentage: 10, waitSeconds: 30 } as const;

const everywhere = (port: number) => `0.0.0.0:${port}`;
const insecure = { insecure: true };

/** What both kinds have in common: spans come in, and memory has an end. */
const common = {
    extensions: { health_check: { endpoint: everywhere(collectorPorts.health) } },
    memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 },
    telemetry: {
        metrics: {
            readers: [
                {
                    pull: {
                        exporter: { prometheus: { host: "0.0.0.0", port: collectorPorts.own } },
                    },
                },
            ],
        },
    },
} as const;

/**
 * The gateway sends all spans of a trace to the same sampler, whichever of its replicas they came
 * to: a sampler decides on what it has seen.
 */
export function gatewayConfiguration(): Record<string, unknown> {
    const { grpc, http } = traceGateway.ports;
    return {
        extensions: common.extensions,
        receivers: {
            otlp: {
                protocols: {
                    grpc: { endpoint: everywhere(grpc) },
                    http: { endpoint: everywhere(http) },
                },
            },
        },
        processors: { memory_limiter: common.memory_limiter },
        exporters: {
            loadbalancing: {
                routing_key: "traceID",
                protocol: { otlp: { tls: insecure, timeout: "5s" } },
                resolver: {
                    dns: {
                        hostname: `${traceSampler.name}-collector-headless.${traceGateway.namespace}.svc.cluster.local`,
                        port: String(traceSampler.ports.grpc),
                        interval: "5s",
                    },
                },
                // A sampler that is gone: the spans wait, and go to the one that has its share now.
                retry_on_failure: { enabled: true, max_elapsed_time: "60s" },
                sending_queue: { enabled: true, queue_size: 2000 },
            },
        },
        service: {
            extensions: ["health_check"],
            telemetry: common.telemetry,
            pipelines: {
                traces: {
                    receivers: ["otlp"],
                    processors: ["memory_limiter"],
                    exporters: ["loadbalancing"],
                },
            },
        },
    };
}

/** Buckets of the duration of spans. */
const BUCKETS = ["10ms", "50ms", "100ms", "250ms", "500ms", "1s", "2s500ms", "5s", "10s"];

/**
 * The sampler. Rates, errors and durations are counted before it throws anything away: from what is
 * kept they would be wrong by the share that is not.
 *
 * @param stores host and port of each that keeps traces
 */
export function samplerConfiguration(...stores: readonly string[]): Record<string, unknown> {
    const { grpc, metrics } = traceSampler.ports;
    // Each has a queue of its own: one that is away does not hold up the other.
    const keepers = stores.map((endpoint, index): [string, object] => [
        index === 0 ? "otlp" : `otlp/${index + 1}`,
        {
            endpoint,
            tls: insecure,
            retry_on_failure: { enabled: true, max_elapsed_time: "300s" },
            sending_queue: { enabled: true, queue_size: 2000 },
        },
    ]);
    return {
        extensions: common.extensions,
        receivers: { otlp: { protocols: { grpc: { endpoint: everywhere(grpc) } } } },
        processors: {
            memory_limiter: common.memory_limiter,
            batch: { send_batch_size: 1024, timeout: "2s" },
            tail_sampling: {
                decision_wait: `${sampling.waitSeconds}s`,
                num_traces: 20_000,
                expected_new_traces_per_sec: 200,
                // Spans that come late follow what has been decided.
                decision_cache: { sampled_cache_size: 100_000, non_sampled_cache_size: 100_000 },
                policies: [
                    {
                        name: "errors",
                        type: "status_code",
                        status_code: { status_codes: ["ERROR"] },
                    },
                    {
                        name: "slow",
                        type: "latency",
                        latency: { threshold_ms: sampling.slowMilliseconds },
                    },
                    {
                        name: "share",
                        type: "probabilistic",
                        probabilistic: { sampling_percentage: sampling.percentage },
                    },
                ],
            },
        },
        connectors: {
            spanmetrics: {
                namespace: "traces.spanmetrics",
                histogram: { explicit: { buckets: BUCKETS }, unit: "s" },
                exemplars: { enabled: true },
                // A path in the name of a span would make a series of each visit.
                aggregation_cardinality_limit: 5000,
                metrics_expiration: "15m",
                // Twice as often as they are read.
                metrics_flush_interval: "15s",
            },
            servicegraph: { metrics_flush_interval: "15s", store: { ttl: "10s", max_items: 5000 } },
        },
        exporters: {
            ...Object.fromEntries(keepers),
            prometheus: {
                endpoint: everywhere(metrics),
                metric_expiration: "15m",
                enable_open_metrics: true,
            },
        },
        service: {
            extensions: ["health_check"],
            telemetry: common.telemetry,
            pipelines: {
                traces: {
                    receivers: ["otlp"],
                    processors: ["memory_limiter", "tail_sampling", "batch"],
                    exporters: keepers.map(([name]) => name),
                },
                "traces/counted": {
                    receivers: ["otlp"],
                    processors: ["memory_limiter"],
                    exporters: ["spanmetrics", "servicegraph"],
                },
                metrics: {
                    receivers: ["spanmetrics", "servicegraph"],
                    exporters: ["prometheus"],
                },
            },
        },
    };
}
