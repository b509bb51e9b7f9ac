/**
 * The only reader of the stack configuration. `readSettings` returns one typed, validated and
 * frozen value, or throws one error that lists every fault.
 */
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { nearest } from "./nearest";
import { checks, type Fault } from "./settings-checks";
import {
    type Configuration,
    configurationSchema,
    type NodeSettings,
    type SecretKey,
    secretKeys,
} from "./settings-schema";
import { kubernetesVersion, talosVersion } from "./versions";

/** How much it hurts when the last replica of a workload is gone. */
export type Importance = "critical" | "serving";

/** The validated configuration, with what follows from it. Deeply frozen. */
export interface Settings extends Omit<Configuration, "versions"> {
    readonly stack: string;
    readonly controlPlanes: readonly NodeSettings[];
    readonly workers: readonly NodeSettings[];
    readonly versions: { readonly talos: string; readonly kubernetes: string };
    /** Folders of the PATH, in which tools such as helm are looked for. */
    readonly toolPath: readonly string[];
    /** Networks from which people reach the Talos and Kubernetes APIs. */
    readonly administrators: readonly string[];
    /** Whether machines, volumes and databases are protected against deletion. */
    readonly protect: boolean;
    /** Replicas of a workload: dev 1, staging 2, prod 3 where critical and 2 where serving. */
    replicas(importance: Importance): number;
    /** A secret of the configuration; `readSettings` has made sure that it is there. */
    secret(key: SecretKey): pulumi.Output<string>;
}

const REPLICAS: Record<Configuration["profile"], Record<Importance, number>> = {
    dev: { critical: 1, serving: 1 },
    staging: { critical: 2, serving: 2 },
    prod: { critical: 3, serving: 2 },
};

function describe(value: unknown): string {
    return value === undefined ? "nothing" : JSON.stringify(value);
}

function dotted(path: readonly PropertyKey[]): string {
    return path.reduce<string>((text, part) => {
        if (typeof part === "number") {
            return `${text}[${part}]`;
        }
        return text === "" ? String(part) : `${text}.${String(part)}`;
    }, "");
}

function allowedKeys(path: readonly PropertyKey[]): string[] {
    let schema: unknown = configurationSchema;
    const unwrap = (candidate: unknown): unknown => {
        let inner = candidate as { def?: { innerType?: unknown } } | undefined;
        while (inner?.def?.innerType !== undefined) {
            inner = inner.def.innerType as typeof inner;
        }
        return inner;
    };
    for (const part of path) {
        const current = unwrap(schema) as { shape?: Record<string, unknown>; element?: unknown };
        schema = typeof part === "number" ? current.element : current.shape?.[String(part)];
    }
    const shape = (unwrap(schema) as { shape?: Record<string, unknown> } | undefined)?.shape ?? {};
    return path.length === 0
        ? [...Object.keys(shape), ...Object.keys(secretKeys)]
        : Object.keys(shape);
}

/** Turns what zod found into faults of our own form; unknown keys name the nearest known one. */
function toFaults(issue: z.core.$ZodIssue, raw: unknown): Fault[] {
    if (issue.code === "unrecognized_keys") {
        const known = allowedKeys(issue.path);
        return issue.keys.map((key) => {
            const near = nearest(key, known);
            const hint = near === undefined ? "" : `; did you mean ${near}?`;
            return {
                key: dotted([...issue.path, key]),
                found: "an unknown key",
                allowed: `${known.join(", ")}${hint}`,
            };
        });
    }
    const found = issue.path.reduce<unknown>(
        (value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part],
        raw,
    );
    const allowed = issue.message
        .replace(/^Invalid (input|string|option): (expected )?/, "")
        .replace(/, received .*$/, "");
    return [{ key: dotted(issue.path), found: describe(found), allowed }];
}

/** Thrown for a user's mistakes: the Pulumi CLI prints its message without a stack trace. */
export class ConfigurationError extends pulumi.RunError {
    constructor(
        readonly faults: readonly Fault[],
        project: string,
        stack: string,
    ) {
        const lines = faults.map(
            ({ key, found, allowed }) =>
                `  ${project}:${key}: found ${found}; allowed: ${allowed}.`,
        );
        const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
        super(`Pulumi.${stack}.yaml has ${count}, nothing was changed:\n${lines.join("\n")}`);
    }
}

/**
 * Parses and checks a configuration. Pure: the same input gives the same result.
 *
 * @param raw the project's keys without their namespace, already parsed from JSON
 * @param secrets the secret keys that are set
 */
export function parseConfiguration(
    raw: Readonly<Record<string, unknown>>,
    secrets: ReadonlySet<SecretKey>,
): { configuration: Configuration } | { faults: Fault[] } {
    const parsed = configurationSchema.safeParse(raw);
    if (parsed.success) {
        const faults = checks.flatMap((check) => check(parsed.data, secrets));
        return faults.length > 0 ? { faults } : { configuration: parsed.data };
    }
    const faults = parsed.error.issues.flatMap((issue) => toFaults(issue, raw));
    // Unknown keys hide nothing: without them the rest can still be checked in the same run.
    const rest = configurationSchema.safeParse(withoutUnknownKeys(raw, parsed.error.issues));
    const more = rest.success ? checks.flatMap((check) => check(rest.data, secrets)) : [];
    return { faults: [...faults, ...more] };
}

/** A copy without the keys that the schema does not know. */
function withoutUnknownKeys(raw: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
    const copy = structuredClone(raw);
    for (const issue of issues) {
        if (issue.code === "unrecognized_keys") {
            const parent = issue.path.reduce<unknown>(
                (tree, part) => (tree as Record<PropertyKey, unknown>)[part],
                copy,
            );
            issue.keys.forEach((key) => Reflect.deleteProperty(parent as object, key));
        }
    }
    return copy;
}

function deepFreeze<T>(value: T): T {
    if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
        Object.freeze(value);
        Object.values(value).forEach(deepFreeze);
    }
    return value;
}

/**
 * The settings that follow from a checked configuration.
 *
 * @param environment `CHART_MIRROR` overrides `charts.mirror`; `PATH` says where tools are
 */
export function toSettings(
    configuration: Configuration,
    stack: string,
    secret: Settings["secret"],
    environment: Readonly<Record<string, string | undefined>> = {},
): Settings {
    const { versions, charts, ...rest } = configuration;
    return deepFreeze({
        ...rest,
        stack,
        charts: { ...charts, mirror: environment.CHART_MIRROR ?? charts.mirror },
        toolPath: (environment.PATH ?? "").split(path.delimiter).filter((part) => part !== ""),
        controlPlanes: rest.nodes.filter((node) => node.role === "controlPlane"),
        workers: rest.nodes.filter((node) => node.role === "worker"),
        versions: {
            talos: versions.talos ?? talosVersion,
            kubernetes: versions.kubernetes ?? kubernetesVersion,
        },
        administrators: rest.network.administrators ?? [rest.network.nodes],
        protect: rest.profile === "prod",
        replicas: (importance) => REPLICAS[rest.profile][importance],
        secret,
    } satisfies Settings);
}

function parseValue(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

/**
 * Reads the configuration of the current stack.
 *
 * @throws ConfigurationError with every fault, before any resource is registered
 */
export function readSettings(): Settings {
    const config = new pulumi.Config();
    const stack = pulumi.getStack();
    const prefix = `${config.name}:`;
    const entries = Object.entries(pulumi.runtime.allConfig())
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]): [string, string] => [key.slice(prefix.length), value]);
    const isSecret = (key: string): key is SecretKey => key in secretKeys;
    const secrets = new Set(entries.map(([key]) => key).filter(isSecret));
    const raw = Object.fromEntries(
        entries.filter(([key]) => !isSecret(key)).map(([key, text]) => [key, parseValue(text)]),
    );
    const result = parseConfiguration(raw, secrets);
    if ("faults" in result) {
        throw new ConfigurationError(result.faults, config.name, stack);
    }
    return toSettings(result.configuration, stack, (key) => config.requireSecret(key), process.env);
}
