/** Runs the Pulumi CLI in the workspace, with everything of the site in its surroundings. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { atEnd } from "../../components/base/ending";
import type { PlayedSite } from "../machines/site";
import type { Workspace } from "./workspace";

/** How a command ended. */
export interface Ended {
    /** Exit code; undefined when it was killed. */
    readonly code: number | undefined;
    /** Everything that it said. */
    readonly output: string;
}

/** A command that goes on. */
export interface Running {
    readonly ended: Promise<Ended>;
    /** Ends it and all that it has started, as a power cut does. */
    readonly kill: () => void;
}

/** The surroundings of a command: a state of its own, and the way to the played site. */
export function surroundings(
    { folder }: Workspace,
    { authority, doors, proxy }: PlayedSite,
    environment: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string | undefined> {
    const file = path.join(folder, ".authority.pem");
    fs.writeFileSync(file, authority);
    const home = path.join(folder, ".pulumi");
    if (!fs.existsSync(home)) {
        fs.mkdirSync(home);
        const plugins = path.join(
            environment.PULUMI_HOME ?? path.join(os.homedir(), ".pulumi"),
            "plugins",
        );
        if (fs.existsSync(plugins)) {
            fs.symlinkSync(plugins, path.join(home, "plugins"));
        }
    }
    return {
        ...environment,
        PULUMI_HOME: home,
        PULUMI_BACKEND_URL: `file://${path.join(folder, ".state")}`,
        PULUMI_CONFIG_PASSPHRASE: "rehearsal",
        PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
        NO_PROXY: "127.0.0.1,localhost",
        SSL_CERT_FILE: file,
        NODE_OPTIONS: `--require "${path.join(folder, "rehearsal", "machines", "redirect.cjs")}"`,
        REHEARSAL_DOORS: JSON.stringify(doors),
    };
}

/** Every process that a process has started, and they in turn: plugins are in groups of their own. */
function descendants(pid: number): number[] {
    const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n");
    const parents = lines.map((line) => line.trim().split(/\s+/).map(Number));
    const children = parents.flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
    return [...children, ...children.flatMap(descendants)];
}

function killOne(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch {
        // It has ended meanwhile.
    }
}

/** Starts a command in the workspace. */
export function start(
    file: string,
    args: readonly string[],
    folder: string,
    env: Readonly<Record<string, string | undefined>>,
): Running {
    // A group of its own: the terminal's interrupt is for this process, which ends it.
    const child: ChildProcess = spawn(file, args, {
        cwd: folder,
        env,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
    });
    const kill = () => {
        if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
            [child.pid, ...descendants(child.pid)].forEach(killOne);
        }
    };
    const forget = atEnd(kill);
    const said: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => said.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => said.push(chunk));
    const ended = new Promise<Ended>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => {
            forget();
            resolve({ code: code ?? undefined, output: Buffer.concat(said).toString("utf8") });
        });
    });
    return { ended, kill };
}

/** The sentences of a failure: what pulumi lists at the end. */
export function reasonsIn({ output }: Ended): string[] {
    const lines = output.split("\n").filter((line) => /^\s+(error:|\* )|^error:/.test(line));
    return [...new Set(lines.map((line) => line.trim()))].slice(0, 8);
}
