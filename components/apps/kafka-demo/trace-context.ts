/** The trace that a record belongs to, in its headers (W3C Trace Context). Pure. */

/** Name of the header. */
export const TRACE_HEADER = "traceparent";

/** Where a span is in its trace. */
export interface SpanPlace {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceFlags: number;
}

const FORMAT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The header's value. */
export function writeTrace({ traceId, spanId, traceFlags }: SpanPlace): string {
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}

/** The place that a value says, or undefined where it says none. */
export function readTrace(value: string | undefined): SpanPlace | undefined {
    const [, traceId, spanId, flags] = FORMAT.exec(value ?? "") ?? [];
    return traceId === undefined ||
        spanId === undefined ||
        flags === undefined ||
        /^0+$/.test(traceId) ||
        /^0+$/.test(spanId)
        ? undefined
        : { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
}
