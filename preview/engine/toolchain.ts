/** Finds what a preview with the engine needs, and says in a sentence what is missing. */
import * as fs from "node:fs";
import * as path from "node:path";
import { runTool } from "../../components/base/ending";
import { UsageError } from "../usage-error";
import { runChild } from "./child";
import { mistakeOf, reasonsOf } from "./cli-mistakes";

const root = path.join(__dirname, "..", "..");

/** The `pulumi` of the PATH, or undefined. */
export function findPulumi(environment = process.env): string | undefined {
    return (environment.PATH ?? "")
        .split(path.delimiter)
        .map((folder) => path.join(folder, "pulumi"))
        .find((file) => {
            try {
                fs.accessSync(file, fs.constants.X_OK);
                return fs.statSync(file).isFile();
            } catch {
                return false;
            }
        });
}

/**
 * The `pulumi` of the PATH.
 *
 * @throws UsageError with how to get it
 */
export function requirePulumi(): string {
    const found = findPulumi();
    if (found === undefined) {
        throw new UsageError(
            "There is no pulumi on the PATH: get the CLI from https://www.pulumi.com/docs/install/ " +
                "(`make preview` judges a stack without it).",
        );
    }
    return found;
}

/**
 * Runs a command at the user's terminal; resolves with its exit code.
 *
 * @param environment variables besides those of this process
 */
export function runInteractively(
    command: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
): Promise<number> {
    const env = { ...process.env, ...environment };
    return runChild(command, args, { cwd: root, env, stdio: "inherit" });
}

/**
 * Makes sure that the CLI knows the stack.
 *
 * @throws UsageError with how to go on when it does not
 */
export async function requireStack(pulumi: string, stack: string): Promise<void> {
    try {
        await runTool(pulumi, ["stack", "--show-name", "--stack", stack, "--non-interactive"], {
            cwd: root,
        });
    } catch (error) {
        const { stderr = "" } = error as { stderr?: string };
        const lines = stderr.split("\n");
        throw new UsageError(mistakeOf(lines, stack) ?? reasonsOf(lines).join("\n"));
    }
}

/**
 * Makes sure that helm and every pinned chart are there: an update without them would be refused
 * by the program anyway, after a minute.
 *
 * @throws UsageError when a chart cannot be had
 */
export async function requireCharts(): Promise<void> {
    const start = path.join(root, "scripts", "start.js");
    const code = await runInteractively(process.execPath, [start, "scripts/charts"]);
    if (code !== 0) {
        throw new UsageError(
            "Not every chart is there (see above): reach the repositories, or set CHART_MIRROR.",
        );
    }
}
