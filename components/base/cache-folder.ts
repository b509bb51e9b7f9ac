/**
 * Where the project keeps what can be had again: chart archives, renderings, helm and the programs
 * of rehearsals. One folder for each user, shared by all clones of the repository on a machine, so
 * that a fresh clone finds what another one has fetched. What lies there is written aside and
 * renamed, because several programs may work with it at once.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { RunError } from "@pulumi/pulumi/errors";
import { ownFolder } from "./ending";

/** Environment variable that names another folder. */
export const CACHE_VARIABLE = "PLATFORM_CACHE";
/** Name below the folder of the user's caches: that of the project in `Pulumi.yaml`. */
const PROJECT = "platform";
const DAY_MS = 24 * 60 * 60 * 1000;

/** What decides about the place; default: what this process runs in. */
export interface CacheSurroundings {
    readonly environment?: Readonly<Record<string, string | undefined>>;
    readonly platform?: NodeJS.Platform;
    /** The home folder that the user database names, asked where `HOME` is not set. */
    readonly home?: () => string;
}

function homeFolder({ environment = process.env, home }: CacheSurroundings): string {
    const { HOME: set = "" } = environment;
    try {
        return set === "" ? (home ?? (() => os.userInfo().homedir))() : set;
    } catch {
        // A container may run as a user whom its user database does not know.
        throw new RunError(
            "There is no folder for the cache, because HOME is not set and the user has no home: " +
                `set ${CACHE_VARIABLE} to a folder.`,
        );
    }
}

/**
 * The folder: that of `PLATFORM_CACHE`, else `platform` below the folder of the user's caches. That
 * is `XDG_CACHE_HOME` or `~/.cache` as the XDG Base Directory Specification says (0.8, "Environment
 * variables"; "Basics" has relative paths ignored), and `~/Library/Caches` on macOS as Apple's File
 * System Programming Guide says ("macOS Library Directory Details").
 *
 * @throws RunError with one sentence when there is no home folder either
 */
export function cacheFolderIn(surroundings: CacheSurroundings): string {
    const { environment = process.env, platform = process.platform } = surroundings;
    const { [CACHE_VARIABLE]: named = "", XDG_CACHE_HOME: xdg = "" } = environment;
    if (named !== "") {
        return path.resolve(named);
    }
    if (path.isAbsolute(xdg)) {
        return path.join(xdg, PROJECT);
    }
    const below = platform === "darwin" ? ["Library", "Caches"] : [".cache"];
    return path.join(homeFolder(surroundings), ...below, PROJECT);
}

/** What lies in the folder, by the name of its subfolder. */
export const cacheContents = {
    charts: "chart archives",
    rendered: "rendered charts",
    crds: "contents of CRDs",
    helm: "helm",
    talosctl: "talosctl",
    rehearsal: "programs of rehearsals",
    packages: "packages of other versions",
    programs: "programs that pods run",
    opinions: "tools of second opinions",
} as const;

/** The path of a part of the cache, or of something in it; nothing is made. */
export function cachePath(part: keyof typeof cacheContents, ...below: readonly string[]): string {
    return path.join(cacheFolderIn({}), part, ...below);
}

function notWritable(folder: string, error: unknown): RunError {
    const { code = (error as Error).message } = error as NodeJS.ErrnoException;
    return new RunError(
        `The cache in ${folder} cannot be written (${code}): ` +
            `set ${CACHE_VARIABLE} to a folder that can.`,
    );
}

/**
 * Makes a folder of the cache.
 *
 * @throws RunError with one sentence when it cannot be written
 */
export function makeCacheFolder(folder: string): void {
    try {
        fs.mkdirSync(folder, { recursive: true });
        fs.accessSync(folder, fs.constants.W_OK);
    } catch (error) {
        throw notWritable(folder, error);
    }
}

/**
 * Writes a file of the cache. Whoever reads it meanwhile finds it whole or not at all, and of two
 * who write it the later one stays.
 *
 * @throws RunError with one sentence when it cannot be written
 */
export function writeCacheFile(file: string, text: string): void {
    makeCacheFolder(path.dirname(file));
    const aside = `${file}.${process.pid}`;
    try {
        fs.writeFileSync(aside, text);
        fs.renameSync(aside, file);
    } catch (error) {
        fs.rmSync(aside, { force: true });
        throw notWritable(path.dirname(file), error);
    }
}

/**
 * Has a tool write a file, in a folder of its own, and moves that into the cache.
 *
 * @param file where the file shall lie; the tool gives it the same name
 * @param make writes the file into the folder that it is given
 */
export async function makeCacheFile(
    file: string,
    make: (folder: string) => Promise<unknown>,
): Promise<void> {
    makeCacheFolder(path.dirname(file));
    const aside = ownFolder(`${file}.`);
    try {
        await make(aside.folder);
        fs.renameSync(path.join(aside.folder, path.basename(file)), file);
    } finally {
        aside.remove();
    }
}

/** Notes that something in the cache is in use, which keeps it for another while. */
export function markUsed(entry: string): void {
    try {
        const now = new Date();
        fs.utimesSync(entry, now, now);
    } catch {
        // A cache that can only be read serves as well.
    }
}

/**
 * Removes what nobody has used for a while.
 *
 * @param days so many
 * @returns the paths of what was removed
 */
export function removeUnused(folder: string, days: number): string[] {
    const entries = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    return entries
        .map((entry) => path.join(folder, entry))
        .filter((entry) => {
            const last = fs.statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
            const isOld = Date.now() - last > days * DAY_MS;
            if (isOld) {
                fs.rmSync(entry, { recursive: true, force: true });
            }
            return isOld;
        });
}
