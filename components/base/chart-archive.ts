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
import type { ChartPin } from "../versions";
import { downloadManifests } from "./go-module";

const run = promisify(execFile);

/** A chart archive on this machine, or the sentence that says why there is none. */
export type Archive =
    { readonly file: string; readonly digest: string } | { readonly reason: string };

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

/** Charts are archives; the manifests of a Go module are one YAML file. */
function fileName(pin: ChartPin): string {
    return `${archiveName(pin)}.${pin.folder === undefined ? "tgz" : "yaml"}`;
}

function sha256(file: string): string {
    return createHash("sha256").update(fs.readFileSync(file)).digest("hex");
}

/** The first line that says what went wrong, from the output of a failed command. */
function failure(error: unknown): string {
    const { stderr, message } = error as { stderr?: string; message: string };
    const lines = (stderr ?? message).split("\n").filter((line) => /\S/.test(line));
    return (lines.find((line) => line.startsWith("Error")) ?? lines[0] ?? message).trim();
}

/** Finds, downloads, checks and locks chart archives. */
export class ArchiveStore {
    private readonly lock: Record<string, string>;
    private readonly known = new Map<string, Archive>();

    constructor(private readonly options: ArchiveStoreOptions) {
        this.lock = fs.existsSync(options.lockFile)
            ? (JSON.parse(fs.readFileSync(options.lockFile, "utf8")) as Record<string, string>)
            : {};
    }

    /**
     * Makes every pin available that can be had, all downloads in parallel, and locks the new ones.
     *
     * @returns the names that were written into the lock now
     */
    async prepare(pins: readonly ChartPin[]): Promise<string[]> {
        await Promise.all(pins.map((pin) => this.fetch(pin)));
        const fresh = pins.flatMap((pin): [string, string][] => {
            const archive = this.find(pin);
            const name = archiveName(pin);
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

    /** The archive of a pin as `prepare` found it. */
    find(pin: ChartPin): Archive {
        return (
            this.known.get(archiveName(pin)) ?? {
                reason: `${fileName(pin)} was not fetched: run \`make charts\``,
            }
        );
    }

    private async fetch(pin: ChartPin): Promise<void> {
        const name = archiveName(pin);
        const local = this.localFile(pin);
        const archive = local === undefined ? await this.download(pin) : this.check(name, local);
        this.known.set(name, archive);
    }

    /** A mirror directory goes before the cache: who names one wants its archives. */
    private localFile(pin: ChartPin): string | undefined {
        const { mirror, cacheFolder } = this.options;
        const folder = mirror !== undefined && !mirror.includes("://") ? mirror : cacheFolder;
        const file = path.join(folder, fileName(pin));
        return fs.existsSync(file) ? file : undefined;
    }

    private check(name: string, file: string): Archive {
        const digest = sha256(file);
        const locked = this.lock[name];
        return locked === undefined || locked === digest
            ? { file, digest }
            : {
                  reason:
                      `${file} has sha256 ${digest}, but charts.lock.json pins ${locked}: ` +
                      `if the change is wanted, delete the line of ${name} there and run \`make charts\``,
              };
    }

    private async download(pin: ChartPin): Promise<Archive> {
        const { mirror, cacheFolder, helm } = this.options;
        const name = archiveName(pin);
        fs.mkdirSync(cacheFolder, { recursive: true });
        const target = path.join(cacheFolder, fileName(pin));
        if (pin.folder !== undefined) {
            const fault = await downloadManifests(pin.repository, pin.version, pin.folder, target);
            return fault === undefined ? this.check(name, target) : { reason: fault };
        }
        if (mirror !== undefined && !mirror.includes("://")) {
            return { reason: `the mirror ${mirror} has no ${name}.tgz` };
        }
        if (helm === undefined) {
            return { reason: "helm is not installed: run `make helm`" };
        }
        const source = mirror ?? pin.repository;
        const location = source.startsWith("oci://")
            ? [`${source.replace(/\/$/, "")}/${pin.chart}`]
            : [pin.chart, "--repo", source];
        try {
            await run(
                helm,
                ["pull", ...location, "--version", pin.version, "--destination", cacheFolder],
                { timeout: 120_000 },
            );
        } catch (error) {
            return { reason: `${source} cannot be reached or lacks ${name}: ${failure(error)}` };
        }
        return this.check(name, target);
    }
}
