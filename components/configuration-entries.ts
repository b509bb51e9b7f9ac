/** The keys and values of a stack's configuration as Pulumi hands them over, before their meaning. */
import * as fs from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as runtime from "@pulumi/pulumi/runtime/config";
import type { Fault } from "./base/definition";
import { isRecord } from "./base/object";
import { describe } from "./configuration-faults";
import { nearest } from "./nearest";

/** One entry of the configuration. */
export interface ConfigurationEntry {
    readonly namespace: string;
    readonly key: string;
    /** A text, or structured values as JSON. */
    readonly value: string;
    /** Whether it is kept encrypted. */
    readonly encrypted: boolean;
}

/** What the keys of the project are. */
export interface KnownKeys {
    readonly project: string;
    readonly keys: readonly string[];
    readonly secretKeys: readonly string[];
}

/** The entries by key, the secrets that are set, and what is wrong about the entries themselves. */
export interface Entries {
    readonly raw: Readonly<Record<string, unknown>>;
    readonly secrets: ReadonlySet<string>;
    /** Their keys have their namespace. */
    readonly faults: readonly Fault[];
}

/** Structured values are JSON; so are numbers and switches. Everything else is a text. */
export function parseValue(value: string): unknown {
    try {
        return JSON.parse(value);
    } catch {
        return value;
    }
}

/** A namespace and a key that both are close to ours: `aws:region` is neither. */
function isSlip({ namespace, key }: ConfigurationEntry, known: KnownKeys): boolean {
    return (
        namespace !== known.project &&
        nearest(namespace, [known.project]) !== undefined &&
        nearest(key, [...known.keys, ...known.secretKeys]) !== undefined
    );
}

function secretFault({ key, value, encrypted }: ConfigurationEntry, project: string): Fault[] {
    const allowed = `a secret: pulumi config set --secret ${key}`;
    if (value === "" || value === "null") {
        return [{ key: `${project}:${key}`, found: "an empty secret", allowed }];
    }
    return encrypted
        ? []
        : [
              {
                  key: `${project}:${key}`,
                  found: "a secret in plain text",
                  allowed: `${allowed} (and a new one, if the file was shared)`,
              },
          ];
}

/**
 * Sorts the entries of the project out of all.
 *
 * What stands under a misspelt namespace is a fault, and read all the same: its keys are not missing.
 */
export function readEntries(entries: readonly ConfigurationEntry[], known: KnownKeys): Entries {
    const { project, secretKeys } = known;
    const slips = entries.filter((entry) => isSlip(entry, known));
    const own = entries.filter(({ namespace }) => namespace === project);
    const all = [...slips, ...own];
    const isSecret = ({ key }: ConfigurationEntry) => secretKeys.includes(key);
    return {
        raw: Object.fromEntries(
            all
                .filter((entry) => !isSecret(entry))
                .map(({ key, value, encrypted }) => [
                    key,
                    encrypted ? { secure: "" } : parseValue(value),
                ]),
        ),
        secrets: new Set(all.filter(isSecret).map(({ key }) => key)),
        faults: [
            ...slips.map(({ namespace, key }) => ({
                key: `${namespace}:${key}`,
                found: "an unknown namespace",
                allowed: `${project}:${key}`,
            })),
            ...own.filter(isSecret).flatMap((entry) => secretFault(entry, project)),
        ],
    };
}

/** The SDK keeps this function out of its types; `Config` asks it whether to warn. */
const { isConfigSecret } = runtime as unknown as { isConfigSecret: (key: string) => boolean };

/** All entries of the current stack, whatever their namespace. */
export function configurationEntries(): ConfigurationEntry[] {
    return Object.entries(pulumi.runtime.allConfig()).map(([name, value]) => {
        const colon = name.indexOf(":");
        return {
            namespace: name.slice(0, colon),
            key: name.slice(colon + 1),
            value,
            encrypted: isConfigSecret(name),
        };
    });
}

/** Where charts come from by the environment; an empty variable is none. */
export function mirrorOfShell({
    CHART_MIRROR: mirror,
}: Readonly<Record<string, string | undefined>>): string | undefined {
    return mirror === "" ? undefined : mirror;
}

/**
 * A folder of charts that is not there, by the file or by the shell, whose address is checked too;
 * what the file says is of the right form, or another fault says what is not.
 */
export function missingMirror(
    charts: unknown,
    project: string,
    environment: Readonly<Record<string, string | undefined>>,
): Fault[] {
    const ofShell = mirrorOfShell(environment);
    const mirror = ofShell ?? (isRecord(charts) ? charts.mirror : undefined);
    const key = ofShell === undefined ? `${project}:charts.mirror` : "CHART_MIRROR";
    const isAddress = typeof mirror === "string" && mirror.includes("://");
    const isWrong = isAddress
        ? ofShell !== undefined && !/^(https|oci):\/\//.test(mirror)
        : typeof mirror === "string" && !isFolder(mirror);
    return isWrong
        ? [
              {
                  key,
                  found: describe(mirror),
                  allowed: "a folder that is there, an https:// repository or an oci:// registry",
              },
          ]
        : [];
}

function isFolder(name: string): boolean {
    return name === "" || fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
}
