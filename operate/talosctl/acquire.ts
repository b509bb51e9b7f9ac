/**
 * Gets the talosctl for a release of Talos: the one on the PATH when it is new enough, else the one in
 * the cache, else the official download, else one built from its Go module.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { cachePath, makeCacheFile, makeCacheFolder } from "../../components/base/cache-folder";
import { downloadCause } from "../../components/base/download-cause";
import { runTool, temporaryFolder } from "../../components/base/ending";
import { findExecutable } from "../../components/base/helm";
import { isRecord } from "../../components/base/object";
import { talosctlBinaries } from "../../components/versions";
import { UsageError } from "../../preview/usage-error";
import { ANSWER, fetchFile, platformName, requireSha256 } from "../../scripts/tools/download";
import { clientFault } from "./release";
import { Talosctl } from "./talosctl";

/** Seconds that the download of 100 MB may take. */
const DOWNLOAD = 300;
/** Seconds that a build may take: about ten minutes on two cores, from nothing. */
const BUILD = 3600;
const SITE = "https://github.com/siderolabs/talos/releases/download";
const MODULE = "github.com/siderolabs/talos";
const MACHINERY = `${MODULE}/pkg/machinery`;

/** Told what goes on, a line at a time. */
type Tell = (line: string) => void;

async function download(folder: string, release: string): Promise<void> {
    const platform = platformName();
    if (talosctlBinaries.release !== release || !(platform in talosctlBinaries.sha256)) {
        throw new Error(`no sha256 of talosctl ${release} for ${platform} is known`);
    }
    const binary = await fetchFile(`${SITE}/${release}/talosctl-${platform}`, DOWNLOAD);
    requireSha256(binary, talosctlBinaries.sha256, platform);
    fs.writeFileSync(path.join(folder, "talosctl"), binary, { mode: 0o755 });
}

/**
 * Builds it in the module's own folder, because `go install` takes no module that replaces others. The
 * machinery is a module of its own, which its archive leaves out, so it is taken from there.
 */
async function build(folder: string, release: string): Promise<void> {
    const own = temporaryFolder("talosctl");
    const env = { ...process.env, GOFLAGS: "", GOWORK: "off" };
    try {
        const file = path.join(own.folder, "go.mod");
        fs.writeFileSync(file, "module talosctl\n");
        const { stdout } = await runTool(
            "go",
            ["mod", "download", "-json", `${MODULE}@${release}`],
            {
                ...{ cwd: own.folder, env, timeout: BUILD * 1000 },
            },
        );
        const answer: unknown = JSON.parse(stdout);
        const source = isRecord(answer) && typeof answer.Dir === "string" ? answer.Dir : "";
        const modfile = path.join(own.folder, "talosctl.mod");
        for (const [from, to] of [
            ["go.mod", modfile],
            ["go.sum", path.join(own.folder, "talosctl.sum")],
        ] as const) {
            fs.writeFileSync(to, fs.readFileSync(path.join(source, from)));
        }
        const edits = [`-dropreplace=${MACHINERY}`, `-require=${MACHINERY}@${release}`];
        await runTool("go", ["mod", "edit", ...edits, modfile], { env });
        const target = path.join(folder, "talosctl");
        await runTool(
            "go",
            ["build", `-modfile=${modfile}`, "-mod=mod", "-o", target, "./cmd/talosctl"],
            { cwd: source, env, timeout: BUILD * 1000, maxBuffer: 64 * 1024 * 1024 },
        );
    } finally {
        own.remove();
    }
}

const WAYS = [
    { from: "GitHub", patience: ANSWER, what: "Downloading", install: download },
    { from: "Go", patience: BUILD, what: "Building, once (some minutes),", install: build },
] as const;

/** Folder of the talosctl of a release. */
const talosctlFolder = (release: string): string => cachePath("talosctl", release);

/**
 * A talosctl that is not older than a release.
 *
 * @param toolPath folders of the PATH
 * @param target release of Talos that it must know, such as `v1.13.9`
 * @throws UsageError when the one on the PATH is too old, or none can be had
 */
export async function acquireTalosctl(
    toolPath: readonly string[],
    target: string,
    tell: Tell,
): Promise<string> {
    const folder = talosctlFolder(target);
    const ready = findExecutable("talosctl", toolPath) ?? findExecutable("talosctl", [folder]);
    if (ready !== undefined) {
        return requireRelease(ready, target);
    }
    makeCacheFolder(folder);
    const reasons: string[] = [];
    for (const { from, patience, what, install } of WAYS) {
        tell(`${what} talosctl ${target} ...`);
        try {
            await makeCacheFile(path.join(folder, "talosctl"), (made) => install(made, target));
            return await requireRelease(path.join(folder, "talosctl"), target);
        } catch (error) {
            if (error instanceof UsageError) {
                throw error;
            }
            reasons.push(`${from}: ${downloadCause(error, patience)}`);
        }
    }
    throw new UsageError(
        `There is no talosctl ${target} (${reasons.join("; ")}): install it, https://docs.siderolabs.com/talos.`,
    );
}

/** @throws UsageError when a program does not work, or is older than a release */
async function requireRelease(file: string, target: string): Promise<string> {
    let release: string;
    try {
        release = await Talosctl.release(file);
    } catch {
        throw new UsageError(`${file} does not work: install talosctl ${target}.`);
    }
    const fault = clientFault(file, release, target);
    if (fault !== undefined) {
        throw new UsageError(fault);
    }
    return file;
}
