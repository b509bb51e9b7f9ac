/** Runs the preview of a version of the program, as its own `npm run preview -- --json`. */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { isRecord } from "../../components/base/object";
import { UsageError } from "../../preview/stack-file";
import { type Plan, readPlan } from "./plan";

/** A version of the program on this machine. */
export interface Version {
    /** For messages: `the working tree`, `the base origin/main`. */
    readonly name: string;
    readonly folder: string;
    /** Folder for its temporary files. */
    readonly temporary: string;
}

/** Lines of a failed preview that a message repeats. */
const MOST_LINES = 5;

function hasScript(folder: string, name: string): boolean {
    const file = path.join(folder, "package.json");
    if (!fs.existsSync(file)) {
        return false;
    }
    const document: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    return isRecord(document) && isRecord(document.scripts) && name in document.scripts;
}

/** Whether a version of the program has a stack. */
export function hasStack(folder: string, stack: string): boolean {
    return fs.existsSync(path.join(folder, `Pulumi.${stack}.yaml`));
}

interface Ended {
    readonly out: string;
    readonly error: string;
}

/** Runs a command in a group of its own, which ends as a whole when the signal says so. */
function runGroup(version: Version, args: readonly string[], signal: AbortSignal): Promise<Ended> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
        const child = spawn("npm", args, {
            cwd: version.folder,
            detached: true,
            stdio: ["ignore", "pipe", "pipe"],
            env: { ...process.env, TMPDIR: version.temporary },
        });
        const end = () => {
            if (child.pid !== undefined) {
                try {
                    process.kill(-child.pid, "SIGKILL");
                } catch {
                    // It has ended already.
                }
            }
        };
        signal.addEventListener("abort", end);
        let [out, error] = ["", ""];
        child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
        child.stderr.setEncoding("utf8").on("data", (text: string) => (error += text));
        child.once("error", reject);
        child.once("close", () => {
            signal.removeEventListener("abort", end);
            resolve({ out, error });
        });
    });
}

function parse(out: string): Plan | undefined {
    // An older release may say something before its document.
    const line = out.split("\n").find((each) => each.startsWith("{"));
    try {
        return readPlan(JSON.parse(line ?? ""));
    } catch {
        return undefined;
    }
}

/**
 * Previews a stack with a version of the program. Violations are no fault here.
 *
 * @throws UsageError when it has no preview, or that has no plan
 */
export async function previewVersion(
    version: Version,
    stack: string,
    signal: AbortSignal,
): Promise<Plan> {
    if (!hasScript(version.folder, "preview")) {
        throw new UsageError(
            `${version.name} has no \`npm run preview\`, so there is nothing to compare with: choose a later commit with --base.`,
        );
    }
    const args = ["run", "--silent", "preview", "--", "--stack", stack, "--json"];
    const { out, error } = await runGroup(version, args, signal);
    const plan = parse(out);
    if (plan === undefined) {
        const lines = error.trim().split("\n").slice(0, MOST_LINES);
        const reason = lines.join("\n") || "it printed no document";
        throw new UsageError(`${version.name} could not be previewed: ${reason}`);
    }
    return plan;
}

/** Fetches the charts of a version that are not in the cache, as far as they can be had. */
export async function fetchCharts(version: Version, signal: AbortSignal): Promise<void> {
    if (hasScript(version.folder, "charts")) {
        await runGroup(version, ["run", "--silent", "charts", "--", "--tolerant"], signal);
    }
}
