/**
 * The programs of the rehearsal's control plane, built by the Go toolchain from `go.mod` (Kubernetes
 * and etcd) and `kwok/go.mod` into the cache folder. A set of binaries belongs to exactly one content
 * of these files, so that a warm start only looks whether the files are there.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../components/context";
import { UsageError } from "../preview/stack-file";
import { requireSpace } from "./control-plane/disk";
import { moduleVersion } from "./control-plane/go-module";

const run = promisify(execFile);

/** Folders of the Go modules, relative to this file. */
const modules = { kubernetes: ".", kwok: "kwok" } as const;

/** Every program, the slowest to build first: what it is built from, in which module. */
const programs = {
    "kube-apiserver": { module: "kubernetes", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
    "kube-controller-manager": {
        module: "kubernetes",
        package: "k8s.io/kubernetes/cmd/kube-controller-manager",
    },
    "kube-scheduler": { module: "kubernetes", package: "k8s.io/kubernetes/cmd/kube-scheduler" },
    etcd: { module: "kubernetes", package: "go.etcd.io/etcd/server/v3" },
    kwok: { module: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok" },
} as const satisfies Record<string, { module: keyof typeof modules; package: string }>;

/** A program of the control plane. */
export type Program = keyof typeof programs;
/** Path of each program's binary. */
export type Binaries = Readonly<Record<Program, string>>;

const names = Object.keys(programs) as Program[];

/** What a build from an empty Go cache writes: that cache, its work folder and the binaries. */
const buildSpace = 3 * 1024 ** 3;
/** Memory that one compile or link of these programs needs at worst; Go's own default is no limit. */
const memoryPerJob = 2 * 1024 ** 3;
/** Longest build of one program; all of them take about 12 minutes from nothing on two cores. */
const buildTimeout = 30 * 60_000;

function moduleFolder(program: Program): string {
    return path.join(__dirname, modules[programs[program].module]);
}

/**
 * Flags of the linker: no debug information, and the version that `/version` answers. The API
 * server serves the API of that version, so without it a wrong set of beta APIs could be on.
 */
export function linkerFlags(kubernetesVersion: string): string {
    const [major, minor] = kubernetesVersion.replace(/^v/, "").split(".");
    const values = {
        gitVersion: kubernetesVersion,
        gitMajor: major ?? "",
        gitMinor: minor ?? "",
        gitTreeState: "clean",
    };
    const set = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((name) =>
        Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value}`),
    );
    return ["-s", "-w", ...set].join(" ");
}

/** How many compilers may run at once: one per core, but no more than the memory holds. */
export function parallelJobs(cores: number, memoryBytes: number): number {
    return Math.max(1, Math.min(cores, Math.floor(memoryBytes / memoryPerJob)));
}

function recipe(): { key: string; flags: string } {
    const files = Object.values(modules).flatMap((folder) =>
        ["go.mod", "go.sum"].map((file) =>
            fs.readFileSync(path.join(__dirname, folder, file), "utf8"),
        ),
    );
    const flags = linkerFlags(moduleVersion(files[0] ?? "", "k8s.io/kubernetes"));
    const parts = [...files, flags, process.platform, process.arch];
    const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
    return { key: hash.slice(0, 16), flags };
}

const buildsFolder = path.join(cacheFolder, "rehearsal");

function filesIn(folder: string): Binaries {
    const entries = names.map((name): [Program, string] => [name, path.join(folder, name)]);
    return Object.fromEntries(entries) as Record<Program, string>;
}

function missing(binaries: Binaries): Program[] {
    return names.filter((name) => !fs.existsSync(binaries[name]));
}

/** The binaries if all of them are built already. */
export function cachedBinaries(): Binaries | undefined {
    const binaries = filesIn(path.join(buildsFolder, recipe().key));
    return missing(binaries).length === 0 ? binaries : undefined;
}

/** The last line that a command printed to say why it failed. */
function lastLine(error: unknown): string {
    const { stderr, message } = error as Error & { stderr?: string };
    return (stderr ?? message).trim().split("\n").at(-1) ?? message;
}

/**
 * Folders on whose file systems a build writes.
 *
 * @throws UsageError when there is no Go, or one that is too old and may not fetch a newer one
 */
async function goFolders(): Promise<string[]> {
    try {
        // The module that needs the newest Go: the command fails if this Go will not do.
        const { stdout } = await run("go", ["env", "GOCACHE", "GOTMPDIR"], {
            cwd: moduleFolder("kwok"),
        });
        return stdout.split("\n").filter((folder) => folder !== "");
    } catch (error) {
        const found =
            (error as NodeJS.ErrnoException).code === "ENOENT"
                ? "there is no go on the PATH"
                : lastLine(error);
        const wanted = moduleVersion(
            fs.readFileSync(path.join(moduleFolder("kwok"), "go.mod"), "utf8"),
            "go",
        );
        throw new UsageError(
            `The rehearsal builds its control plane with Go ${wanted} or newer, but ${found}: ` +
                "install Go from https://go.dev/dl, or set KUBECONFIG to a kind or k3d cluster.",
        );
    }
}

async function build(program: Program, file: string, flags: string): Promise<void> {
    const unfinished = `${file}.${process.pid}`;
    const jobs = String(parallelJobs(os.availableParallelism(), os.totalmem()));
    try {
        await run(
            "go",
            [
                ...["build", "-p", jobs, "-ldflags", flags, "-o", unfinished],
                programs[program].package,
            ],
            {
                cwd: moduleFolder(program),
                // A user's own flags and workspace have no say in what is built here.
                env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" },
                timeout: buildTimeout,
                maxBuffer: 64 * 1024 ** 2,
            },
        );
        fs.renameSync(unfinished, file);
    } catch (error) {
        throw new UsageError(`${program} could not be built: ${lastLine(error)}`);
    } finally {
        fs.rmSync(unfinished, { force: true });
    }
}

/**
 * The binaries, built one after the other where they are missing.
 *
 * @param progress gets one line before and one after each build
 * @throws UsageError when Go is missing or too old, the disk too full, or a build fails
 */
export async function ensureBinaries(progress: (line: string) => void): Promise<Binaries> {
    const { key, flags } = recipe();
    const folder = path.join(buildsFolder, key);
    const binaries = filesIn(folder);
    const wanted = missing(binaries);
    if (wanted.length === 0) {
        return binaries;
    }
    fs.mkdirSync(folder, { recursive: true });
    const folders = [...(await goFolders()), os.tmpdir(), folder];
    requireSpace(folders, buildSpace, "Building the control plane");
    progress(
        `Building the control plane with Go, once: ${wanted.join(", ")} ` +
            "(about 12 minutes on two cores, less if Go has built Kubernetes before) ...",
    );
    for (const [index, program] of wanted.entries()) {
        const start = Date.now();
        progress(`  ${index + 1} of ${wanted.length}: ${program} ...`);
        await build(program, binaries[program], flags);
        progress(`  ${program} built in ${Math.round((Date.now() - start) / 1000)} s`);
    }
    for (const old of fs.readdirSync(buildsFolder).filter((name) => name !== key)) {
        fs.rmSync(path.join(buildsFolder, old), { recursive: true, force: true });
    }
    return binaries;
}
