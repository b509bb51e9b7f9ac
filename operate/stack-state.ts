/** What the operations ask of the stack's state and of the Pulumi CLI. */
import * as path from "node:path";
import { runTool } from "../components/base/ending";
import { isRecord } from "../components/base/object";
import { plain } from "../preview/engine/talos-secrets";
import { runInteractively } from "../preview/engine/toolchain";
import { OperationError } from "./operation-error";

const root = path.join(__dirname, "..");
const LIMIT = 1024 ** 3;

/** A resource in the state. */
export interface StateResource {
    /** Last part of its URN. */
    readonly name: string;
    readonly urn: string;
    readonly type: string;
    readonly protect: boolean;
    /** Outputs in plain text; full of secrets. */
    readonly outputs: Readonly<Record<string, unknown>>;
}

/** The state of one stack. */
export interface StackState {
    /** An output, secrets in plain text; undefined when there is none. */
    output: (name: string) => Promise<string | undefined>;
    /** What is in the state now, read anew with every call. */
    resources: () => Promise<StateResource[]>;
    unprotect: (urn: string) => Promise<void>;
    setConfig: (path: string, value: string) => Promise<void>;
    /** A secret of the configuration in plain text. */
    secret: (key: string) => Promise<string>;
    /** `npm run up` at the user's terminal; its exit code. */
    up: (flags: readonly string[]) => Promise<number>;
}

/** The resources of an exported state; what waits to be deleted is none. */
export function resourcesIn(state: unknown): StateResource[] {
    const deployment = isRecord(state) ? state.deployment : undefined;
    const resources = isRecord(deployment) ? deployment.resources : undefined;
    return (Array.isArray(resources) ? resources : [])
        .filter(isRecord)
        .filter(({ delete: isOld }) => isOld !== true)
        .map(({ urn, type, protect, outputs }) => ({
            name: String(urn).split("::").at(-1) ?? "",
            ...{ urn: String(urn), type: String(type), protect: protect === true },
            get outputs() {
                const values = plain(outputs);
                return isRecord(values) ? values : {};
            },
        }));
}

/** Type of a node's configuration in the state. */
export const CONFIGURATION_TYPE = "talos:machine/configurationApply:ConfigurationApply";

/** The state as the Pulumi CLI has it. */
export function stateOf(pulumi: string, stack: string): StackState {
    const run = async (...args: readonly string[]): Promise<string> => {
        try {
            const options = { cwd: root, maxBuffer: LIMIT };
            const { stdout } = await runTool(pulumi, [...args, "--stack", stack], options);
            return stdout;
        } catch (error) {
            const { stderr = "" } = error as { stderr?: string };
            const [reason = "no reason given"] = stderr.split("\n").filter((line) => line !== "");
            throw new OperationError([
                `pulumi ${args.slice(0, 2).join(" ")} failed: ${reason.replace(/^error: /, "")}`,
            ]);
        }
    };
    return {
        output: async (name) => {
            const outputs: unknown = JSON.parse(
                await run("stack", "output", "--json", "--show-secrets"),
            );
            const found = isRecord(outputs) ? outputs[name] : undefined;
            return typeof found === "string" ? found : undefined;
        },
        resources: async () =>
            resourcesIn(JSON.parse(await run("stack", "export", "--show-secrets"))),
        unprotect: async (urn) => {
            await run("state", "unprotect", urn, "--yes");
        },
        setConfig: async (key, value) => {
            await run("config", "set", "--path", key, value);
        },
        secret: async (key) => (await run("config", "get", key)).trim(),
        up: (flags) => {
            const start = path.join(root, "scripts", "start.js");
            const args = [start, "scripts/stack", "up", "--stack", stack, ...flags];
            return runInteractively(process.execPath, args);
        },
    };
}
