/**
 * The only reader of the stack configuration. `readSettings` returns one typed, validated and
 * frozen value, or throws one error that lists every fault.
 */
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { AnyDefinition, Fault } from "./base/definition";
import { toFaults, withoutUnknownKeys } from "./configuration-faults";
import { type Site, toSite } from "./site";
import { siteChecks } from "./site-checks";
import { siteShape } from "./site-schema";
import { checkSystems, type Chosen, isOn } from "./system-checks";
import { secretDescriptions, type SystemsConfiguration, systemsSchema } from "./systems";

/** The site, and what the systems are told. */
export interface Settings {
    readonly site: Site;
    readonly systems: SystemsConfiguration;
    /** Whether a system is on. */
    readonly isOn: (definition: AnyDefinition) => boolean;
    /** A secret of the configuration; `readSettings` has made sure that it is there. */
    readonly secret: (key: string) => pulumi.Output<string>;
}

/** Every configuration key of the project, without its secrets. */
export const configurationSchema = z.strictObject({ ...siteShape, systems: systemsSchema });

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

function toChosen({ systems, ...site }: z.output<typeof configurationSchema>): Chosen {
    return { site, systems };
}

function checkAcross(chosen: Chosen, secrets: ReadonlySet<string>): Fault[] {
    return [...siteChecks.flatMap((judge) => judge(chosen.site)), ...checkSystems(chosen, secrets)];
}

/**
 * Parses and checks a configuration. Pure: the same input gives the same result.
 *
 * @param raw the project's keys without their namespace, already parsed from JSON
 * @param secrets the secret keys that are set
 */
export function parseConfiguration(
    raw: Readonly<Record<string, unknown>>,
    secrets: ReadonlySet<string>,
): { configuration: Chosen } | { faults: Fault[] } {
    const parsed = configurationSchema.safeParse(raw);
    if (parsed.success) {
        const chosen = toChosen(parsed.data);
        const faults = checkAcross(chosen, secrets);
        return faults.length > 0 ? { faults } : { configuration: chosen };
    }
    const { issues } = parsed.error;
    const secretKeys = Object.keys(secretDescriptions);
    const faults = issues.flatMap((issue) => toFaults(issue, raw, configurationSchema, secretKeys));
    // Unknown keys hide nothing: without them the rest can still be checked in the same run.
    const rest = configurationSchema.safeParse(withoutUnknownKeys(raw, issues));
    const more = rest.success ? checkAcross(toChosen(rest.data), secrets) : [];
    return { faults: [...faults, ...more] };
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
    chosen: Chosen,
    stack: string,
    secret: Settings["secret"],
    environment: Readonly<Record<string, string | undefined>> = {},
): Settings {
    const site = toSite(chosen.site, {
        stack,
        chartMirror: environment.CHART_MIRROR,
        toolPath: (environment.PATH ?? "").split(path.delimiter).filter((part) => part !== ""),
        secret,
    });
    return deepFreeze({
        site,
        systems: chosen.systems,
        isOn: (definition: AnyDefinition) => isOn(chosen, definition),
        secret,
    });
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
    const isSecret = (key: string) => key in secretDescriptions;
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
