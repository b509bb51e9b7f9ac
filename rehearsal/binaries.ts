/**
 * The programs of the rehearsal's control plane, built by the Go toolchain from `go.mod` (Kubernetes
 * and etcd) and `kwok/go.mod` into the cache folder. A set of binaries belongs to exactly one content
 * of these files, so that a warm start only looks whether the files are there.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import {
    cachePath,
    makeCacheFolder,
    markUsed,
    removeUnused,
} from "../components/base/cache-folder";
import { findExecutable } from "../components/base/helm";
import { requireSpace } from "./control-plane/disk";
import { moduleVersion } from "./control-plane/go-module";
import { goBuild, goFolders, linkerFlags } from "./control-plane/go-toolchain";

/** Folders of the Go modules. */
const modules = { kubernetes: __dirname, kwok: path.join(__dirname, "kwok") } as const;

/** Every program, the slowest to build first: what it is built from, in which module. */
const sources = {
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
export type BinaryName = keyof typeof sources;
/** Path of each program's binary. */
export type Binaries = Readonly<Record<BinaryName, string>>;

const allPrograms = Object.keys(sources) as BinaryName[];
/** Another clone may be of another release: its programs stay as long as somebody uses them. */
const DAYS_UNUSED = 30;
/** What a build from an empty Go cache writes: 3.4 GB of cache, and the binaries. */
const BUILD_SPACE = 4 * 1024 ** 3;

function recipe(): { key: string; flags: string } {
    const files = Object.values(modules).flatMap((folder) =>
        ["go.mod", "go.sum"].map((file) => fs.readFileSync(path.join(folder, file), "utf8")),
    );
    const flags = linkerFlags(moduleVersion(files[0] ?? "", "k8s.io/kubernetes"));
    const parts = [...files, flags, process.platform, process.arch];
    const hash = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
    return { key: hash.slice(0, 16), flags };
}

function filesIn(folder: string): Binaries {
    const files = allPrograms.map((name) => [name, path.join(folder, name)]);
    return Object.fromEntries(files) as Record<BinaryName, string>;
}

function missing(binaries: Binaries, wanted: readonly BinaryName[]): BinaryName[] {
    return wanted.filter((name) => !fs.existsSync(binaries[name]));
}

/** The binaries if all of them are built already. */
export function cachedBinaries(): Binaries | undefined {
    const folder = cachePath("rehearsal", recipe().key);
    const binaries = filesIn(folder);
    if (missing(binaries, allPrograms).length > 0) {
        return undefined;
    }
    markUsed(folder);
    return binaries;
}

/**
 * The binaries, built one after the other where they are missing.
 *
 * @param progress gets one line before and one after each build
 * @param programs those that must be there; default: all
 * @param alternative for the message: what to do without Go
 * @throws UsageError when Go is missing or too old, the disk too full, or a build fails
 */
export async function ensureBinaries(
    progress: (line: string) => void,
    programs: readonly BinaryName[] = allPrograms,
    alternative = "set KUBECONFIG to a kind or k3d cluster",
): Promise<Binaries> {
    const { key, flags } = recipe();
    const folder = cachePath("rehearsal", key);
    const binaries = filesIn(folder);
    const wanted = missing(binaries, programs);
    if (wanted.length === 0) {
        markUsed(folder);
        return binaries;
    }
    // The module that needs the newest Go.
    const folders = [...(await goFolders(modules.kwok, alternative)), folder];
    requireSpace(folders, BUILD_SPACE, "Building the control plane");
    makeCacheFolder(folder);
    progress(
        `Building ${wanted.join(", ")} with Go, once: 5 to 12 minutes for all of them on two ` +
            "cores, one where Go has built Kubernetes before ...",
    );
    for (const [index, program] of wanted.entries()) {
        const start = Date.now();
        progress(`  ${index + 1} of ${wanted.length}: ${program} ...`);
        const { module, package: name } = sources[program];
        await goBuild({ folder: modules[module], package: name }, binaries[program], flags);
        progress(`  ${program} built in ${Math.round((Date.now() - start) / 1000)} s`);
    }
    for (const old of removeUnused(cachePath("rehearsal"), DAYS_UNUSED)) {
        progress(`Removed ${old}: nobody has used it for ${DAYS_UNUSED} days`);
    }
    return binaries;
}

/**
 * KWOK alone, for a cluster that is there already: one on the PATH, else built.
 *
 * @throws UsageError as `ensureBinaries`
 */
export async function ensureKwok(progress: (line: string) => void): Promise<string> {
    const present = findExecutable("kwok", (process.env.PATH ?? "").split(path.delimiter));
    if (present !== undefined) {
        return present;
    }
    const alternative = "put kwok on the PATH (https://kwok.sigs.k8s.io)";
    return (await ensureBinaries(progress, ["kwok"], alternative)).kwok;
}
