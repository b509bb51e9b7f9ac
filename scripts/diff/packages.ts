/**
 * The packages of another version of the program. Those of the working tree serve where both lock
 * the same; otherwise they are installed once into the cache.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import {
    cachePath,
    makeCacheFile,
    markUsed,
    removeUnused,
} from "../../components/base/cache-folder";
import { isRecord } from "../../components/base/object";
import { UsageError } from "../../preview/stack-file";

const run = promisify(execFile);

const LOCK = "package-lock.json";
const MODULES = "node_modules";
/** A base is compared with for as long as a pull request is open. */
const DAYS_UNUSED = 30;
const TIMEOUT_MS = 10 * 60_000;

/** Where packages are wanted. */
export interface PackagesArgs {
    /** Folder of the working tree, with its packages installed. */
    readonly root: string;
    /** Where the other version is checked out. */
    readonly folder: string;
    readonly progress: (message: string) => void;
    /** Ends an installation early. */
    readonly signal: AbortSignal;
}

/** Folders of the program that its lock links as packages, by the name of the package. */
function linkedFolders(lock: string): ReadonlyMap<string, string> {
    const document: unknown = JSON.parse(lock);
    const packages = isRecord(document) && isRecord(document.packages) ? document.packages : {};
    const prefix = `${MODULES}/`;
    return new Map(
        Object.entries(packages).flatMap(([place, entry]): [string, string][] =>
            place.startsWith(prefix) &&
            isRecord(entry) &&
            entry.link === true &&
            typeof entry.resolved === "string"
                ? [[place.slice(prefix.length), entry.resolved]]
                : [],
        ),
    );
}

/** Names of the packages in a folder, with their scope; and npm's own folders such as `.bin`. */
function packagesIn(modules: string): string[] {
    return fs
        .readdirSync(modules)
        .flatMap((entry) =>
            entry.startsWith("@")
                ? fs.readdirSync(path.join(modules, entry)).map((name) => `${entry}/${name}`)
                : [entry],
        );
}

/** Gives a folder the packages of another one by links, and its own folders where the lock says so. */
function link(modules: string, folder: string, own: ReadonlyMap<string, string>): void {
    for (const name of packagesIn(modules)) {
        const place = path.join(folder, MODULES, name);
        const local = own.get(name);
        fs.mkdirSync(path.dirname(place), { recursive: true });
        fs.symlinkSync(
            local === undefined ? path.join(modules, name) : path.join(folder, local),
            place,
        );
    }
}

async function install(
    { folder, signal }: PackagesArgs,
    own: ReadonlyMap<string, string>,
    aside: string,
): Promise<void> {
    for (const file of ["package.json", LOCK, ...own.values()]) {
        fs.cpSync(path.join(folder, file), path.join(aside, file), { recursive: true });
    }
    await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
        cwd: aside,
        timeout: TIMEOUT_MS,
        maxBuffer: 64 * 1024 ** 2,
        signal,
    });
}

/** The packages of a lock in the cache, installed where they are not there yet. */
async function installed(
    args: PackagesArgs,
    lock: string,
    own: ReadonlyMap<string, string>,
): Promise<string> {
    const key = createHash("sha256")
        .update(JSON.stringify([lock, process.version, process.platform, process.arch]))
        .digest("hex")
        .slice(0, 16);
    const modules = cachePath("packages", key, MODULES);
    if (!fs.existsSync(modules)) {
        args.progress("Installing the packages of the base, once for its package-lock.json");
        try {
            await makeCacheFile(modules, (aside) => install(args, own, aside));
        } catch (error) {
            const { stderr = "", message } = error as Error & { stderr?: string };
            const words = (stderr.trim() === "" ? message : stderr).trim().split("\n");
            throw new UsageError(
                `The packages of the base could not be installed (npm ci): ${words[0] ?? ""}`,
            );
        }
    }
    markUsed(cachePath("packages", key));
    removeUnused(cachePath("packages"), DAYS_UNUSED);
    return modules;
}

/**
 * Gives another version of the program the packages that its lock names.
 *
 * @throws UsageError when they cannot be had
 */
export async function providePackages(args: PackagesArgs): Promise<void> {
    const { root, folder } = args;
    const read = (place: string) => {
        const file = path.join(place, LOCK);
        return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "{}";
    };
    const lock = read(folder);
    const own = linkedFolders(lock);
    const isSame = lock === read(root);
    const modules = isSame ? path.join(root, MODULES) : await installed(args, lock, own);
    if (fs.existsSync(modules)) {
        link(modules, folder, own);
    }
}
