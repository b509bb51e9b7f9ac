/** Spans of the demo, by OpenTelemetry. */
import {
    context,
    type Span,
    SpanKind,
    SpanStatusCode,
    trace,
    type Tracer,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { Resource } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { readTrace } from "./trace-context";

/** Who takes part in a trace. */
export interface Tracing {
    readonly tracer: Tracer;
    /** Hands in what has not been sent. */
    stop(): Promise<void>;
}

/** Spans are made in any case; without an address nobody gets them. */
export function startTracing(service: string, endpoint: string | undefined): Tracing {
    const provider = new BasicTracerProvider({
        resource: new Resource({ "service.name": service }),
        spanProcessors:
            endpoint === undefined
                ? []
                : [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }))],
    });
    return { tracer: provider.getTracer("kafka-demo"), stop: () => provider.shutdown() };
}

/**
 * Does some work in a span, which fails when the work does.
 *
 * @param parent value of the header `traceparent` of what caused it
 */
export async function inSpan<Result>(
    { tracer }: Pick<Tracing, "tracer">,
    { name, kind, parent }: { name: string; kind: "producer" | "consumer"; parent?: string },
    work: (span: Span) => Promise<Result>,
): Promise<Result> {
    const before = readTrace(parent);
    const cause =
        before === undefined
            ? context.active()
            : trace.setSpanContext(context.active(), { ...before, isRemote: true });
    const attributes = { "messaging.system": "kafka" };
    const kinds = { producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER };
    const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, cause);
    try {
        return await work(span);
    } catch (error) {
        span.recordException(error instanceof Error ? error : String(error));
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
    } finally {
        span.end();
    }
}
