/** Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` the way the CLI does, as far as a preview needs. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { nearest } from "../components/nearest";
import { secretDescriptions } from "../components/systems";
import { UsageError } from "./usage-error";

export { UsageError };

/** A stack's configuration, ready for the SDK. */
export interface StackConfiguration {
    readonly project: string;
    readonly stack: string;
    /** Full key to value; structured values as JSON. */
    readonly values: Record<string, string>;
    /** Secrets that the stack does not set: a preview goes on without them, an update does not. */
    readonly missingSecrets: readonly string[];
}

/** What stands in for a secret: a preview never decrypts one, and none of them decides anything. */
const PLACEHOLDER = "secret-of-the-stack";

function load(file: string): Record<string, unknown> {
    try {
        return (yaml.load(fs.readFileSync(file, "utf8")) ?? {}) as Record<string, unknown>;
    } catch (error) {
        const { reason, mark } = error as yaml.YAMLException;
        throw new UsageError(
            `${path.basename(file)} is not valid YAML: line ${mark.line + 1}: ${reason}`,
        );
    }
}

/** Names of the stacks that have a file in the folder. */
export function stackNames(folder: string): string[] {
    return fs
        .readdirSync(folder)
        .flatMap((file) => /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/.exec(file)?.[1] ?? [])
        .sort();
}

/**
 * The configuration of a stack.
 *
 * @throws UsageError when there is no such stack
 */
export function readStackFile(folder: string, stack: string): StackConfiguration {
    const file = path.join(folder, `Pulumi.${stack}.yaml`);
    if (!fs.existsSync(file)) {
        const known = stackNames(folder);
        const near = nearest(stack, known);
        const hint = near === undefined ? "" : `; did you mean ${near}?`;
        throw new UsageError(
            `There is no stack ${stack}: Pulumi.${stack}.yaml is missing; allowed: ${known.join(", ")}${hint}`,
        );
    }
    const project = String(load(path.join(folder, "Pulumi.yaml")).name);
    const config = (load(file).config ?? {}) as Record<string, unknown>;
    const values = Object.fromEntries(
        Object.entries(config).map(([key, value]): [string, string] => {
            const encrypted = typeof value === "object" && value !== null && "secure" in value;
            const text = typeof value === "string" ? value : JSON.stringify(value);
            return [key, encrypted ? PLACEHOLDER : text];
        }),
    );
    const missingSecrets = Object.keys(secretDescriptions).filter(
        (key) => !(`${project}:${key}` in values),
    );
    for (const key of Object.keys(secretDescriptions)) {
        values[`${project}:${key}`] = PLACEHOLDER;
    }
    return { project, stack, values, missingSecrets };
}
