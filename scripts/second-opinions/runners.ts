/** Finds, installs and runs the tools. */
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { cachePath, makeCacheFile } from "../../components/base/cache-folder";
import { findExecutable } from "../../components/base/helm";
import {
    kubeLinterFindings,
    kubeScoreFindings,
    polarisFindings,
    type ToolFinding,
} from "./findings";
import type { Tool } from "./rules";

const run = promisify(execFile);
const INSTALL_MS = 15 * 60_000;
const RUN_MS = 5 * 60_000;

/** How a tool is run over a file of manifests. */
interface Runner {
    readonly args: (file: string, kubernetes: string) => readonly string[];
    readonly read: (output: unknown) => ToolFinding[];
    readonly version: readonly string[];
}

/** Every tool that can be run, with all of its rules on. */
export const runners: Readonly<Record<string, Runner>> = {
    "kube-score": {
        args: (file, kubernetes) => {
            const [major = "", minor = ""] = kubernetes.split(".");
            return [
                ...["score", "--all-default-optional", "--output-format", "json"],
                ...["--kubernetes-version", `${major}.${minor}`, file],
            ];
        },
        read: kubeScoreFindings,
        version: ["version"],
    },
    "kube-linter": {
        args: (file) => ["lint", "--add-all-built-in", "--format", "json", file],
        read: kubeLinterFindings,
        version: ["version"],
    },
    polaris: {
        args: (file) => ["audit", "--audit-path", file, "--format", "json"],
        read: polarisFindings,
        version: ["version"],
    },
};

/** A tool that is there. */
export interface Found {
    readonly file: string;
    /** Version and where it comes from. */
    readonly what: string;
}

/** The last line of what a command has said. */
function reason(error: unknown): string {
    const { stderr = "", message } = error as Error & { stderr?: string };
    const words = (stderr.trim() === "" ? message : stderr).trim().split("\n");
    return (words.at(-1) ?? "").trim();
}

async function versionOf(file: string, { version }: Runner): Promise<string> {
    try {
        const { stdout } = await run(file, version, { timeout: 30_000 });
        return (stdout.split("\n")[0] ?? "").split(",")[0]?.trim() ?? "";
    } catch {
        return "of unknown version";
    }
}

async function goInstall(source: string, file: string): Promise<void> {
    await makeCacheFile(file, (folder) =>
        run("go", ["install", source], {
            env: { ...process.env, GOBIN: folder, GOFLAGS: "", CGO_ENABLED: "0" },
            timeout: INSTALL_MS,
            maxBuffer: 64 * 1024 ** 2,
        }),
    );
}

/**
 * Finds a tool on the PATH, in the cache, or installs it from its Go module into the cache.
 *
 * @returns the tool, or the sentence that says why it cannot be had
 */
export async function findTool(
    name: string,
    tool: Tool,
    progress: (message: string) => void,
): Promise<Found | string> {
    const runner = runners[name];
    if (runner === undefined) {
        return tool.notRun ?? "nothing here runs it";
    }
    const present = findExecutable(name, (process.env.PATH ?? "").split(path.delimiter));
    if (present !== undefined) {
        return { file: present, what: `${await versionOf(present, runner)} (${present})` };
    }
    const file = cachePath("opinions", `${name}-${tool.version}`, name);
    const built = { file, what: tool.version };
    if (findExecutable(name, [path.dirname(file)]) !== undefined) {
        return built;
    }
    const source = `${tool.package ?? ""}@${tool.version}`;
    progress(`Installing ${name} with Go, once`);
    try {
        await goInstall(source, file);
        return built;
    } catch (error) {
        const isAbsent = (error as NodeJS.ErrnoException).code === "ENOENT";
        return isAbsent
            ? `it is not on the PATH, and there is no go to install ${source} with`
            : `it is not on the PATH, and go install ${source} says: ${reason(error)}`;
    }
}

/**
 * Runs a tool over manifests.
 *
 * @param kubernetes version, such as `v1.36.0`
 * @throws Error with what the tool said, when it printed no report
 */
export async function runTool(
    name: string,
    { file }: Found,
    manifests: string,
    kubernetes: string,
): Promise<ToolFinding[]> {
    const runner = runners[name];
    if (runner === undefined) {
        throw new Error(`nothing here runs ${name}`);
    }
    // A tool that finds something ends with another code than 0.
    const { stdout, stderr } = await run(file, runner.args(manifests, kubernetes), {
        timeout: RUN_MS,
        maxBuffer: 256 * 1024 ** 2,
    }).catch((error: unknown) => error as { stdout: string; stderr: string });
    try {
        return runner.read(JSON.parse(stdout));
    } catch {
        throw new Error(`it printed no report: ${reason({ stderr, message: "nothing" })}`);
    }
}
