/** Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` the way the CLI does, as far as a preview needs. */
import * as path from "node:path";
import { isRecord } from "../components/base/object";
import { readEntries } from "../components/configuration-entries";
import { nearest } from "../components/nearest";
import { knownKeys, neededSecretKeys } from "../components/settings";
import { secretDescriptions, secretStandIns } from "../components/systems";
import { isThere, namesIn, readYaml } from "./yaml-file";
import { UsageError } from "./usage-error";

export { UsageError } from "./usage-error";

/** A stack's configuration, ready for the SDK. */
export interface StackConfiguration {
    readonly project: string;
    readonly stack: string;
    /** Full key to value; structured values as JSON. */
    readonly values: Record<string, string>;
    /** Full keys of the values that the file keeps encrypted, or that stand in for such. */
    readonly encrypted: readonly string[];
    /** Secrets that the stack needs and does not set: a preview goes on, an update does not. */
    readonly missingSecrets: readonly string[];
}

/** What stands in for a secret: a preview never decrypts one, and none of them decides anything. */
const PLACEHOLDER = "secret-of-the-stack";

/** Keys of a stack file: pulumi, sdk/go/common/workspace, `ProjectStack`. */
const STACK_KEYS = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];
/** Keys that hold nothing but anchors, by custom. */
const ANCHORS = /^(x-|[._])/;

/** Names of the stacks that have a file in the folder. */
export function stackNames(folder: string): string[] {
    return namesIn(folder)
        .flatMap((file) => /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/.exec(file)?.[1] ?? [])
        .sort();
}

function requireStack(folder: string, stack: string): void {
    if (isThere(path.join(folder, `Pulumi.${stack}.yaml`))) {
        return;
    }
    const known = stackNames(folder);
    const near = nearest(stack, known);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    const allowed = known.length === 0 ? "" : `; allowed: ${known.join(", ")}${hint}`;
    throw new UsageError(
        `There is no stack ${stack}: Pulumi.${stack}.yaml is missing${allowed}${hint === "" ? "." : ""}`,
    );
}

/** A file that is one mapping of keys. */
function readMapping(folder: string, name: string): Readonly<Record<string, unknown>> {
    const content = readYaml(path.join(folder, name)) ?? {};
    if (!isRecord(content)) {
        throw new UsageError(
            `${name} holds ${Array.isArray(content) ? "a list" : "a single value"}; allowed: keys with values, such as config:.`,
        );
    }
    return content;
}

function requireKnownKeys(content: Readonly<Record<string, unknown>>, name: string): void {
    const unknown = Object.keys(content).filter(
        (key) => !STACK_KEYS.includes(key) && !ANCHORS.test(key),
    );
    const [first] = unknown;
    if (first === undefined) {
        return;
    }
    const isSetting = unknown.some((key) => key.includes(":") || knownKeys.keys.includes(key));
    const near = nearest(first, STACK_KEYS);
    const hint = isSetting
        ? "; settings stand below config:"
        : near === undefined
          ? ""
          : `; did you mean ${near}?`;
    const are = unknown.length === 1 ? "is an unknown key" : "are unknown keys";
    throw new UsageError(
        `${name}: ${unknown.join(", ")} ${are}; allowed: ${STACK_KEYS.join(", ")}${hint}`,
    );
}

/** The settings of a file, whose keys may leave out the project. */
function configOf(
    content: Readonly<Record<string, unknown>>,
    name: string,
    project: string,
): Map<string, unknown> {
    const config = content.config ?? {};
    if (!isRecord(config)) {
        throw new UsageError(
            `${name}: config holds ${Array.isArray(config) ? "a list" : "a single value"}; allowed: keys with values, such as ${project}:profile: dev.`,
        );
    }
    const settings = new Map<string, unknown>();
    for (const [key, value] of Object.entries(config)) {
        const full = key.includes(":") ? key : `${project}:${key}`;
        if (settings.has(full)) {
            throw new UsageError(
                `${name}: ${full} stands there twice, with and without ${project}:.`,
            );
        }
        settings.set(full, value);
    }
    return settings;
}

/** Defaults of the project: `value` or `default` of a declared key, or the value by itself. */
function defaultsOf(content: Readonly<Record<string, unknown>>, project: string) {
    return [...configOf(content, "Pulumi.yaml", project)].flatMap(
        ([key, declared]): [string, unknown][] => {
            const value: unknown = isRecord(declared)
                ? (declared.value ?? declared.default)
                : declared;
            return value === undefined || value === null ? [] : [[key, value]];
        },
    );
}

function projectName(content: Readonly<Record<string, unknown>>): string {
    const { name } = content;
    if (typeof name !== "string" || name === "") {
        throw new UsageError(
            "Pulumi.yaml has no name; allowed: the name of the project, platform.",
        );
    }
    return name;
}

function isEncrypted(value: unknown): boolean {
    if (Array.isArray(value)) {
        return value.some(isEncrypted);
    }
    return (
        isRecord(value) &&
        ((typeof value.secure === "string" && Object.keys(value).length === 1) ||
            Object.values(value).some(isEncrypted))
    );
}

/** A value as the CLI hands it over; of what is encrypted the stand-in. */
function asText(value: unknown, standIn: string): string {
    if (isEncrypted(value)) {
        return isRecord(value) && value.secure === "" ? "" : standIn;
    }
    return typeof value === "string" ? value : JSON.stringify(value);
}

/** Secrets that the stack would be refused for, once everything else about it is right. */
function missingOf(
    settings: ReadonlyMap<string, unknown>,
    values: Readonly<Record<string, string>>,
    project: string,
): string[] {
    const entries = [...settings.keys()].map((name) => {
        const colon = name.indexOf(":");
        const [namespace, key] = [name.slice(0, colon), name.slice(colon + 1)];
        return { namespace, key, value: values[name] ?? "", encrypted: false };
    });
    const { raw, secrets } = readEntries(entries, { project, ...knownKeys });
    return neededSecretKeys(raw).filter((key) => !secrets.has(key));
}

/**
 * The configuration of a stack.
 *
 * @throws UsageError when there is no such stack, or its file is none
 */
export function readStackFile(folder: string, stack: string): StackConfiguration {
    requireStack(folder, stack);
    const name = `Pulumi.${stack}.yaml`;
    const declared = readMapping(folder, "Pulumi.yaml");
    const project = projectName(declared);
    const content = readMapping(folder, name);
    requireKnownKeys(content, name);
    const own = configOf(content, name, project);
    if (own.size === 0) {
        throw new UsageError(
            `${name} has no settings; allowed: config: with the keys of docs/settings.md, such as those of Pulumi.prod.yaml.`,
        );
    }
    const settings = new Map([...defaultsOf(declared, project), ...own]);
    const standInOf = (key: string) => secretStandIns[key.slice(project.length + 1)] ?? PLACEHOLDER;
    const values = Object.fromEntries(
        [...settings].map(([key, value]) => [key, asText(value, standInOf(key))]),
    );
    const missingSecrets = missingOf(settings, values, project);
    const standIns = Object.keys(secretDescriptions)
        .map((key) => `${project}:${key}`)
        .filter((key) => !settings.has(key));
    return {
        project,
        stack,
        values: {
            ...values,
            ...Object.fromEntries(standIns.map((key) => [key, standInOf(key)])),
        },
        encrypted: [
            ...[...settings].filter(([, value]) => isEncrypted(value)).map(([key]) => key),
            ...standIns,
        ],
        missingSecrets,
    };
}
