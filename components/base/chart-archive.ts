/**
 * Where chart archives come from: a mirror, else the local cache, else the pinned repository; each
 * whole, and checked against the sha256 in `charts.lock.json`. What upstream published is written
 * into the lock at its first use, as package managers do; what a mirror holds never is. A known pin
 * whose bytes changed is an error.
 */
import { createHash } from "node:crypto";
import * as path from "node:path";
import { contentFault } from "./archive-contents";
import {
    ArchivePlaces,
    archiveName,
    bytesOf,
    fileName,
    folderOf,
    type Place,
} from "./archive-places";
import { makeCacheFile, makeCacheFolder } from "./cache-folder";
import { ChartLock } from "./chart-lock";
import { downloadCause, hostOf } from "./download-cause";
import { runTool } from "./ending";
import { type FailedDownload, FailedDownloads } from "./failed-downloads";
import { downloadManifestFile, downloadManifests } from "./manifest-source";
import { MirrorDigests } from "./mirror-digests";
import type { ChartPin, ManifestSource } from "./pins";

/** Why there is no archive. */
export interface MissingArchive {
    /** The whole sentence, without the name of the chart. */
    readonly reason: string;
    /** What several charts may have in common: `no such host`. */
    readonly cause: string;
    /** The bytes are there, but not those that they should be: never merely "missing". */
    readonly wrong: boolean;
}

/** A chart archive on this machine, or why there is none. */
export type Archive = { readonly file: string; readonly digest: string } | MissingArchive;

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
    /** Seconds that one download may take; default: 120. */
    readonly patience?: number;
}

/** Finds, downloads, checks and locks chart archives. */
export class ArchiveStore {
    private readonly lock: ChartLock;
    private readonly places: ArchivePlaces;
    private readonly failures: FailedDownloads;
    private readonly mirrored: MirrorDigests | undefined;
    private readonly known = new Map<string, Archive>();
    /** Sentences about archives of the mirror that are others than they were. */
    readonly notes: string[] = [];
    /** Names of the archives whose digest only the mirror vouches for. */
    readonly apart: string[] = [];

    /** @throws RunError when the lock cannot be read */
    constructor(private readonly options: ArchiveStoreOptions) {
        const { cacheFolder, lockFile, mirror } = options;
        this.places = new ArchivePlaces(cacheFolder, mirror);
        this.lock = new ChartLock(lockFile);
        this.failures = new FailedDownloads(path.join(cacheFolder, "failed-downloads.json"));
        this.mirrored =
            mirror === undefined
                ? undefined
                : new MirrorDigests(path.join(cacheFolder, "mirror-digests.json"), mirror);
    }

    /** Downloads every pin that is not at hand, all in parallel. */
    async download(pins: readonly ChartPin[]): Promise<void> {
        const isFolder = folderOf(this.options.mirror) !== undefined;
        const missing = pins.filter(
            (pin) =>
                this.places.find(pin) === undefined && !(isFolder && pin.manifests === undefined),
        );
        const outcomes = missing.map(async (pin): Promise<[string, FailedDownload | undefined]> => [
            archiveName(pin),
            await this.downloadOne(pin),
        ]);
        this.failures.remember(new Map(await Promise.all(outcomes)));
    }

    /**
     * Checks every pin that is at hand, and locks what upstream published and the lock does not know
     * yet.
     *
     * @returns the names that were written into the lock now
     */
    verify(pins: readonly ChartPin[]): string[] {
        const fresh = this.check(pins);
        if (fresh.size > 0) {
            this.lock.add(fresh);
        }
        return [...fresh.keys()];
    }

    /**
     * Checks every pin that is at hand, and writes nothing into the lock.
     *
     * @returns digests of upstream that the lock does not know
     */
    check(pins: readonly ChartPin[]): ReadonlyMap<string, string> {
        const fresh = new Map<string, string>();
        for (const pin of pins) {
            const name = archiveName(pin);
            const place = this.places.find(pin);
            if (place === undefined) {
                continue;
            }
            const archive = this.checkOne(pin, place);
            this.known.set(name, archive);
            if ("digest" in archive && this.lock.digestOf(name) === undefined) {
                if (place.fromMirror) {
                    this.apart.push(name);
                } else {
                    fresh.set(name, archive.digest);
                }
            }
        }
        this.mirrored?.write();
        return fresh;
    }

    /** The archive of a pin as it was checked, or why there is none. */
    find(pin: ChartPin): Archive {
        const known = this.known.get(archiveName(pin));
        if (known !== undefined) {
            return known;
        }
        const { mirror } = this.options;
        const folder = folderOf(mirror);
        const source = mirror ?? pin.repository;
        const failure = this.failures.get(archiveName(pin));
        if (folder !== undefined && (pin.manifests === undefined || failure?.source === source)) {
            const cause = "not in the mirror";
            const wanted = fileName(pin, pin.manifests === undefined ? "tgz" : "yaml");
            return { wrong: false, cause, reason: `${wanted} is ${cause} ${folder}` };
        }
        const cause =
            failure?.source === source ? failure.cause : "not fetched yet (run `make charts`)";
        return failure?.source === source
            ? { wrong: false, cause, reason: `${hostOf(source)}: ${cause}` }
            : {
                  wrong: false,
                  cause,
                  reason: `${fileName(pin)} is not in the cache: run \`make charts\``,
              };
    }

    private checkOne(pin: ChartPin, { file, fromMirror }: Place): Archive {
        const name = archiveName(pin);
        let bytes: Buffer;
        try {
            bytes = bytesOf(file);
        } catch (error) {
            const cause = (error as Error).message.replace(`${path.basename(file)} `, "");
            return { wrong: true, cause, reason: `${file} ${cause}: replace it` };
        }
        const digest = createHash("sha256").update(bytes).digest("hex");
        const locked = this.lock.digestOf(name);
        const before = fromMirror ? this.mirrored?.digestOf(name) : undefined;
        // Known bytes were whole when they became known.
        const fault = digest === locked || digest === before ? undefined : contentFault(pin, bytes);
        if (fault !== undefined) {
            const mend = fromMirror ? "replace it" : "delete it and run `make charts`";
            return { wrong: true, cause: fault, reason: `${file} ${fault}: ${mend}` };
        }
        if (locked !== undefined && locked !== digest) {
            return {
                wrong: true,
                cause: "differs from charts.lock.json",
                reason:
                    `${file} has sha256 ${digest}, but charts.lock.json pins ${locked}: ` +
                    `if the change is wanted, delete the entry of ${name} there, else delete ` +
                    "that file, and run `make charts`",
            };
        }
        if (fromMirror) {
            if (before !== undefined && before !== digest) {
                this.notes.push(
                    `${file} is another one than before (sha256 ${digest}, was ${before}).`,
                );
            }
            this.mirrored?.note(name, digest);
        }
        return { file, digest };
    }

    /** @returns undefined, or why it did not work */
    private async downloadOne(pin: ChartPin): Promise<FailedDownload | undefined> {
        const { mirror, cacheFolder, helm, patience = 120 } = this.options;
        const source = mirror ?? pin.repository;
        makeCacheFolder(cacheFolder);
        if (pin.manifests !== undefined) {
            const cause = await this.downloadPlain(pin, pin.manifests);
            return cause === undefined ? undefined : { source, cause };
        }
        if (helm === undefined) {
            return { source, cause: "there is no helm: run `make helm`" };
        }
        const location = source.startsWith("oci://")
            ? [`${source.replace(/\/$/, "")}/${pin.chart}`]
            : [pin.chart, "--repo", source];
        const pull = ["pull", ...location, "--version", pin.version, "--destination"];
        const target = path.join(this.places.mirrorFolder ?? cacheFolder, fileName(pin));
        try {
            await makeCacheFile(target, (folder) =>
                runTool(helm, [...pull, folder], { timeout: patience * 1000 }),
            );
            return undefined;
        } catch (error) {
            return { source, cause: downloadCause(error, patience) };
        }
    }
    /**
     * Plain manifests from the mirror if it is a website, else from upstream, which a mirror of
     * charts does not always replace.
     *
     * @returns undefined, or why it did not work
     */
    private async downloadPlain(pin: ChartPin, source: ManifestSource) {
        const { mirror, cacheFolder, patience = 120 } = this.options;
        if (mirror?.startsWith("https://") === true) {
            const address = `${mirror.replace(/\/$/, "")}/${fileName(pin, "yaml")}`;
            const target = path.join(this.places.mirrorFolder ?? cacheFolder, fileName(pin));
            if ((await downloadManifestFile(address, target)) === undefined) {
                return undefined;
            }
        }
        const target = path.join(cacheFolder, fileName(pin));
        return downloadManifests(source, pin.version, target, patience);
    }
}
