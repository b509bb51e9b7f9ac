/**
 * Types of components under which a Secret may carry values (IAC-04): what the program generates, and
 * what a person encrypted into the configuration. Changed only on purpose.
 */
export const secretComponents: ReadonlySet<string> = new Set([
    "platform:base:GeneratedSecret",
    "platform:base:ConfiguredSecret",
]);
