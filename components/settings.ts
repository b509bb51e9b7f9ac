/**
 * The only reader of the stack configuration. `readSettings` returns one typed, validated and
 * frozen value, or throws one error that lists every fault.
 */
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type GuardedPage, guardedPages } from "./base/capabilities";
import type { AnyDefinition, Fault } from "./base/definition";
import type { OidcClient } from "./base/oidc-client";
import {
    type ConfigurationEntry,
    configurationEntries,
    mirrorOfShell,
    missingMirror,
    readEntries,
} from "./configuration-entries";
import { read } from "./configuration-faults";
import { keycloak } from "./identity/keycloak";
import { type Site, toSite } from "./site";
import { checkSite } from "./site-checks";
import { siteShape } from "./site-schema";
import { defaultIssuers } from "./default-issuers";
import { nodePool } from "./foundation/node-pool";
import { fluentBit } from "./observability/fluent-bit";
import { karpenter } from "./scaling/karpenter";
import { checkSystems, type Chosen, isOn, neededSecrets } from "./system-checks";
import { secretDescriptions, type SystemsConfiguration, systems, systemsSchema } from "./systems";
import { type TenantFiles, tenantFiles } from "./tenant-files";
import { tenantPages } from "./tenancy/tenant-pages";
import { guarded } from "./unreadable";

/** The site, and what the systems are told. */
export interface Settings {
    readonly site: Site;
    readonly systems: SystemsConfiguration;
    /** Pages behind the login and clients of it, of the systems that are on. */
    readonly signOn: {
        readonly pages: readonly GuardedPage[];
        readonly clients: readonly OidcClient[];
        /** Who answers them. */
        readonly answeredBy: "authelia" | "keycloak";
    };
    /** Whether a system is on. */
    readonly isOn: (definition: AnyDefinition) => boolean;
    /** The systems that are on, in the order of the layers. */
    readonly definitions: () => readonly AnyDefinition[];
    /** A secret of the configuration; `readSettings` has made sure that it is there. */
    readonly secret: (key: string) => pulumi.Output<string>;
}

/** Every configuration key of the project, without its secrets. */
export const configurationSchema = z.strictObject({ ...siteShape, systems: systemsSchema });

/** Thrown for a user's mistakes: the Pulumi CLI prints its message without a stack trace. */
export class ConfigurationError extends pulumi.RunError {
    /** @param faults with the namespaces of their keys */
    constructor(
        readonly faults: readonly Fault[],
        stack: string,
    ) {
        const lines = faults.map(
            ({ key, found, allowed }) => `  ${key}: found ${found}; allowed: ${allowed}.`,
        );
        const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
        super(`Pulumi.${stack}.yaml has ${count}, nothing was changed:\n${lines.join("\n")}`);
    }
}

function toChosen({ systems, ...site }: z.output<typeof configurationSchema>): Chosen {
    return { site, systems };
}

/** The current day, `YYYY-MM-DD`. */
function currentDay(): string {
    return new Date().toISOString().slice(0, 10);
}

/** What several systems find missing alike is one fault. */
function saidOnce(faults: readonly Fault[]): Fault[] {
    return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}

/**
 * Parses and checks a configuration. The same input gives the same result on the same day.
 *
 * @param raw the project's keys without their namespace, already parsed from JSON
 * @param secrets the secret keys that are set
 * @param today exceptions that ended before it are faults, `YYYY-MM-DD`
 */
export function parseConfiguration(
    raw: Readonly<Record<string, unknown>>,
    secrets: ReadonlySet<string>,
    today = currentDay(),
): { configuration: Chosen } | { faults: Fault[] } {
    const { value, faults } = read(configurationSchema, raw, Object.keys(secretDescriptions));
    const chosen = toChosen(value as z.output<typeof configurationSchema>);
    // What could be read is checked in the same run, whatever could not.
    const known = faults.length === 0 ? chosen : guarded(chosen);
    const all = saidOnce([
        ...faults,
        ...checkSite(known.site, today),
        ...checkSystems(known, secrets),
    ]);
    return all.length > 0 ? { faults: all } : { configuration: chosen };
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
        chartMirror: mirrorOfShell(environment),
        toolPath: (environment.PATH ?? "").split(path.delimiter).filter((part) => part !== ""),
        issuers: defaultIssuers(chosen),
        machineLogs: isOn(chosen, fluentBit),
        nodePool: isOn(chosen, karpenter) ? nodePool : undefined,
        secret,
    });
    const answers = systems
        .filter((definition) => isOn(chosen, definition))
        .map(({ capabilities }: AnyDefinition) => capabilities);
    return deepFreeze({
        site,
        systems: chosen.systems,
        signOn: {
            pages: [...answers.flatMap(guardedPages), ...site.tenants.flatMap(tenantPages)],
            clients: answers.flatMap(({ signOn }) => ("client" in signOn ? [signOn.client] : [])),
            answeredBy:
                isOn(chosen, keycloak) && chosen.systems.keycloak.answersClients
                    ? ("keycloak" as const)
                    : ("authelia" as const),
        },
        isOn: (definition: AnyDefinition) => isOn(chosen, definition),
        definitions: () => systems.filter((definition) => isOn(chosen, definition)),
        secret,
    });
}

/** The keys of the project, and which of them are secrets. */
export const knownKeys = {
    keys: Object.keys(configurationSchema.shape),
    secretKeys: Object.keys(secretDescriptions),
} as const;

/**
 * The secrets that a stack needs, as far as its configuration says; none are missing from one that
 * is refused for other reasons.
 *
 * @param raw as for `parseConfiguration`
 */
export function neededSecretKeys(raw: Readonly<Record<string, unknown>>): string[] {
    const result = parseConfiguration(raw, new Set(knownKeys.secretKeys));
    return "faults" in result ? [] : neededSecrets(result.configuration).map(({ key }) => key);
}

/** The tenants of the stack's file, then those of files of their own. */
function withTenants(
    raw: Readonly<Record<string, unknown>>,
    more: readonly unknown[],
): Readonly<Record<string, unknown>> {
    const { tenants = [] } = raw;
    return more.length === 0 || !Array.isArray(tenants)
        ? raw
        : { ...raw, tenants: [...(tenants as unknown[]), ...more] };
}

/**
 * Parses and checks the entries of a stack as Pulumi hands them over, whatever their namespace.
 *
 * @param files tenants that stand in files of their own
 * @returns the configuration, or faults whose keys have their namespace
 */
export function parseEntries(
    entries: readonly ConfigurationEntry[],
    project: string,
    environment: Readonly<Record<string, string | undefined>> = {},
    today = currentDay(),
    files: TenantFiles = { tenants: [], faults: [] },
): ReturnType<typeof parseConfiguration> {
    const { raw: written, secrets, faults } = readEntries(entries, { project, ...knownKeys });
    const raw = withTenants(written, files.tenants);
    const result = parseConfiguration(raw, secrets, today);
    const own = "faults" in result ? result.faults : [];
    const all = [
        ...faults,
        ...files.faults,
        ...own.map(({ key, ...fault }) => ({ ...fault, key: `${project}:${key}` })),
        ...missingMirror(raw.charts, project, environment),
    ];
    return all.length > 0 ? { faults: all } : result;
}

/**
 * Reads the configuration of the current stack.
 *
 * @throws ConfigurationError with every fault, before any resource is registered
 */
export function readSettings(): Settings {
    const config = new pulumi.Config();
    const stack = pulumi.getStack();
    const files = tenantFiles(process.cwd(), stack);
    const result = parseEntries(
        configurationEntries(),
        config.name,
        process.env,
        currentDay(),
        files,
    );
    if ("faults" in result) {
        throw new ConfigurationError(result.faults, stack);
    }
    return toSettings(result.configuration, stack, (key) => config.requireSecret(key), process.env);
}
