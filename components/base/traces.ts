/** Where programs send traces, by name: it comes long after those who send. Pure. */

/** Where spans are handed in, over gRPC in OTLP. */
export interface TraceTarget {
    /** Name that DNS has for it. */
    readonly host: string;
    readonly port: number;
}

/** Namespace, name and ports of the collectors that take spans from everybody. */
export const traceGateway = {
    namespace: "opentelemetry",
    name: "gateway",
    ports: { grpc: 4317, http: 4318 },
} as const;

/** The Service that the OpenTelemetry operator makes for them (internal/naming: Service). */
export const traceTarget: TraceTarget = {
    host: `${traceGateway.name}-collector.${traceGateway.namespace}.svc.cluster.local`,
    port: traceGateway.ports.grpc,
};
