/** Where Jaeger v2.20.0 keeps what it writes; the names are its own. Pure. */

/** Its indices: spans, and the services that they came from. */
export const jaegerIndices = ["jaeger-span", "jaeger-service"] as const;

/** Alias by which Jaeger writes into the newest of them, and reads all of them. */
export const jaegerAlias = (index: string, use: "read" | "write"): string => `${index}-${use}`;
