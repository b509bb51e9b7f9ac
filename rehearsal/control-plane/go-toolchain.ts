/** Builds programs with the Go toolchain. */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { UsageError } from "../../preview/stack-file";
import { moduleVersion } from "./go-module";
import { atSignals } from "./signals";

const run = promisify(execFile);

/** Memory of the API server's linker, the largest (1.9 GB measured); Go itself sets no limit. */
const MEMORY_PER_JOB = 2 * 1024 ** 3;
/** Longest build of one program; all take 5 to 12 minutes from nothing on two cores. */
const TIMEOUT = 30 * 60_000;

/**
 * Flags of the linker: no debug information, and the version that `/version` answers. The API server
 * decides by it which beta APIs it serves.
 */
export function linkerFlags(kubernetesVersion: string): string {
    const [major = "", minor = ""] = kubernetesVersion.replace(/^v/, "").split(".");
    const values = {
        gitVersion: kubernetesVersion,
        gitMajor: major,
        gitMinor: minor,
        gitTreeState: "clean",
    };
    const set = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((name) =>
        Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value}`),
    );
    return ["-s", "-w", ...set].join(" ");
}

/** How many compilers may run at once: one for each core, but no more than the memory holds. */
export function parallelJobs(cores: number, memoryBytes: number): number {
    return Math.max(1, Math.min(cores, Math.floor(memoryBytes / MEMORY_PER_JOB)));
}

/** The last line that a command printed to say why it failed. */
function lastLine(error: unknown): string {
    const { stderr = "", message } = error as Error & { stderr?: string };
    const words = stderr.trim() === "" ? message : stderr.trim();
    return words.split("\n").at(-1) ?? words;
}

/**
 * Folders on whose file systems a build writes.
 *
 * @param folder a Go module; of several, the one that needs the newest Go
 * @param alternative for the message: what to do without Go
 * @throws UsageError when there is no Go, or one that is too old and may not fetch a newer one
 */
export async function goFolders(folder: string, alternative: string): Promise<string[]> {
    try {
        const { stdout } = await run("go", ["env", "GOCACHE", "GOTMPDIR"], { cwd: folder });
        return [...stdout.split("\n").filter((name) => name !== ""), os.tmpdir()];
    } catch (error) {
        const absent = (error as NodeJS.ErrnoException).code === "ENOENT";
        const found = absent ? "there is no go on the PATH" : lastLine(error).replace("go: ", "");
        const goMod = fs.readFileSync(path.join(folder, "go.mod"), "utf8");
        throw new UsageError(
            `The rehearsal builds its programs with Go ${moduleVersion(goMod, "go")} or newer, but ` +
                `${found}: install Go from https://go.dev/dl, or ${alternative}.`,
        );
    }
}

/** A program and the Go module whose versions count. */
interface Source {
    readonly folder: string;
    readonly package: string;
}

async function compile(source: Source, file: string, flags: string, signal: AbortSignal) {
    const jobs = String(parallelJobs(os.availableParallelism(), os.totalmem()));
    await run("go", ["build", "-p", jobs, "-ldflags", flags, "-o", file, source.package], {
        cwd: source.folder,
        // A user's own flags and workspace have no say in what is built here.
        env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" },
        timeout: TIMEOUT,
        signal,
        // What it downloads is told line by line.
        maxBuffer: 64 * 1024 ** 2,
    });
}

/**
 * Builds one program; the file is there whole or not at all.
 *
 * @throws UsageError with Go's last words
 */
export async function goBuild(source: Source, file: string, flags: string): Promise<void> {
    const unfinished = `${file}.${process.pid}`;
    const interrupted = new AbortController();
    const building = compile(source, unfinished, flags, interrupted.signal);
    // Go would work on after the end of this process.
    const forgetSignals = atSignals(async () => {
        interrupted.abort();
        await building.catch(() => undefined);
    });
    try {
        await building;
        fs.renameSync(unfinished, file);
    } catch (error) {
        throw new UsageError(`${path.basename(file)} could not be built: ${lastLine(error)}`);
    } finally {
        forgetSignals();
        fs.rmSync(unfinished, { force: true });
    }
}
