/**
 * Digests of archives that came from a mirror. They say what that mirror holds, not what upstream
 * published, so they are kept beside the archives and never in `charts.lock.json`.
 */
import * as fs from "node:fs";
import { writeCacheFile } from "./cache-folder";
import { isRecord } from "./object";

/** The digests of one mirror, in a file that has those of all. */
export class MirrorDigests {
    private readonly all: Record<string, Record<string, string>>;
    private isNew = false;

    constructor(
        private readonly file: string,
        private readonly mirror: string,
    ) {
        let content: unknown;
        try {
            content = JSON.parse(fs.readFileSync(file, "utf8"));
        } catch {
            // It can be made again from the mirror.
        }
        this.all = isRecord(content) ? (content as Record<string, Record<string, string>>) : {};
    }

    /** The digest that the mirror had before, if it had one. */
    digestOf(name: string): string | undefined {
        return this.all[this.mirror]?.[name];
    }

    /** Notes a digest. */
    note(name: string, digest: string): void {
        if (this.digestOf(name) !== digest) {
            this.all[this.mirror] = { ...this.all[this.mirror], [name]: digest };
            this.isNew = true;
        }
    }

    /** Writes what was noted; a cache that can only be read has no use for it. */
    write(): void {
        if (this.isNew) {
            try {
                writeCacheFile(this.file, `${JSON.stringify(this.all, undefined, 4)}\n`);
            } catch {
                // The next run notes it again.
            }
        }
    }
}
