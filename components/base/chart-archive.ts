/**
 * Where chart archives come from: the local cache, else the mirror, else the pinned repository;
 * each checked against the sha256 in `charts.lock.json`. A pin that the lock does not know yet is
 * written into it at its first use, as package managers do; a known pin whose bytes changed is an
 * error.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import type { ChartPin } from "./pins";
import { makeCacheFile, makeCacheFolder } from "./cache-folder";
import { downloadManifests } from "./manifest-source";

const run = promisify(execFile);

/** A chart archive on this machine, or the sentence that says why there is none. */
export type Archive =
    | { readonly file: string; readonly digest: string }
    | {
          readonly reason: string;
          /** The bytes are there, but not those that the lock knows: never merely "missing". */
          readonly changed: boolean;
      };

/** Places and tools of the archive store. */
export interface ArchiveStoreOptions {
    /** Folder for downloaded archives. */
    readonly cacheFolder: string;
    /** `charts.lock.json`: chart file name to sha256. */
    readonly lockFile: string;
    /** Directory, `https://` repository or `oci://` registry that replaces every upstream. */
    readonly mirror?: string;
    /** Path of the helm binary, which pulls from repositories and registries. */
    readonly helm?: string;
}

/** `<chart>-<version>`, the name of an archive without its extension and the key in the lock. */
export function archiveName({ chart, version }: ChartPin): string {
    return `${chart}-${version}`;
}

/** Charts are archives; plain manifests are one JSON file. */
function fileName(pin: ChartPin): string {
    return `${archiveName(pin)}.${pin.manifests === undefined ? "tgz" : "json"}`;
}

/** The mirror, if it is a directory. */
function folderOf(mirror: string | undefined): string | undefined {
    return mirror?.includes("://") === false ? mirror : undefined;
}

function sha256(file: string): string {
    return createHash("sha256").update(fs.readFileSync(file)).digest("hex");
}

/** The cause in the output of a failed helm: what follows its last colon but one. */
function failure(error: unknown): string {
    const { stderr, message } = error as { stderr?: string; message: string };
    const lines = (stderr ?? message).split("\n").filter((line) => /\S/.test(line));
    const line = lines.find((candidate) => candidate.startsWith("Error")) ?? message;
    return line.split(": ").slice(-2).join(": ").trim();
}

/** Finds, downloads, checks and locks chart archives. */
export class ArchiveStore {
    private readonly lock: Record<string, string>;
    private readonly known = new Map<string, Archive>();
    private readonly faults = new Map<string, string>();

    constructor(private readonly options: ArchiveStoreOptions) {
        this.lock = fs.existsSync(options.lockFile)
            ? (JSON.parse(fs.readFileSync(options.lockFile, "utf8")) as Record<string, string>)
            : {};
    }

    /** Downloads every pin that is not at hand, all in parallel. */
    async download(pins: readonly ChartPin[]): Promise<void> {
        await Promise.all(
            pins
                .filter((pin) => this.localFile(pin) === undefined)
                .map(async (pin) => {
                    const fault = await this.downloadOne(pin);
                    if (fault !== undefined) {
                        this.faults.set(archiveName(pin), fault);
                    }
                }),
        );
    }

    /**
     * Checks every pin that is at hand against the lock, and locks the new ones.
     *
     * @returns the names that were written into the lock now
     */
    verify(pins: readonly ChartPin[]): string[] {
        const fresh = pins.flatMap((pin): [string, string][] => {
            const name = archiveName(pin);
            const file = this.localFile(pin);
            if (file === undefined) {
                return [];
            }
            const archive = this.check(name, file);
            this.known.set(name, archive);
            return "digest" in archive && this.lock[name] === undefined
                ? [[name, archive.digest]]
                : [];
        });
        if (fresh.length > 0) {
            Object.assign(this.lock, Object.fromEntries(fresh));
            const sorted = Object.fromEntries(
                Object.entries(this.lock).sort(([a], [b]) => (a < b ? -1 : 1)),
            );
            fs.writeFileSync(this.options.lockFile, `${JSON.stringify(sorted, undefined, 4)}\n`);
        }
        return fresh.map(([name]) => name);
    }

    /** The archive of a pin as `verify` found it, or why there is none. */
    find(pin: ChartPin): Archive {
        const name = archiveName(pin);
        const folder = folderOf(this.options.mirror);
        const place = folder === undefined ? "the cache" : `the mirror ${folder}`;
        return (
            this.known.get(name) ?? {
                changed: false,
                reason:
                    this.faults.get(name) ??
                    `${fileName(pin)} is not in ${place}: run \`make charts\``,
            }
        );
    }

    /** A mirror directory goes before the cache: who names one wants its archives. */
    private localFile(pin: ChartPin): string | undefined {
        const { mirror, cacheFolder } = this.options;
        return [folderOf(mirror), cacheFolder]
            .flatMap((folder) => (folder === undefined ? [] : path.join(folder, fileName(pin))))
            .find((file) => fs.existsSync(file));
    }

    private check(name: string, file: string): Archive {
        const digest = sha256(file);
        const locked = this.lock[name];
        return locked === undefined || locked === digest
            ? { file, digest }
            : {
                  changed: true,
                  reason:
                      `${file} has sha256 ${digest}, but charts.lock.json pins ${locked}: ` +
                      `if the change is wanted, delete the line of ${name} there, else delete ` +
                      "that file, and run `make charts`",
              };
    }

    /** @returns undefined, or the sentence that says why it did not work */
    private async downloadOne(pin: ChartPin): Promise<string | undefined> {
        const { mirror, cacheFolder, helm } = this.options;
        makeCacheFolder(cacheFolder);
        const target = path.join(cacheFolder, fileName(pin));
        if (pin.manifests !== undefined) {
            return downloadManifests(pin.manifests, pin.version, target);
        }
        const folder = folderOf(mirror);
        if (folder !== undefined) {
            return `the mirror ${folder} has no ${fileName(pin)}`;
        }
        if (helm === undefined) {
            return "helm is not installed: run `make helm`";
        }
        const source = mirror ?? pin.repository;
        const location = source.startsWith("oci://")
            ? [`${source.replace(/\/$/, "")}/${pin.chart}`]
            : [pin.chart, "--repo", source];
        const pull = ["pull", ...location, "--version", pin.version, "--destination"];
        try {
            await makeCacheFile(target, (folder) =>
                run(helm, [...pull, folder], { timeout: 120_000 }),
            );
            return undefined;
        } catch (error) {
            return `${source} cannot be reached or lacks it: ${failure(error)}`;
        }
    }
}
