/**
 * Why a chart could not be had, kept beside the archives: what fetches charts and what plans a stack
 * are two programs, and the second must know the reason without asking the network again.
 */
import * as fs from "node:fs";
import { writeCacheFile } from "./cache-folder";
import { isRecord } from "./object";

/** Why a chart could not be had from a source. */
export interface FailedDownload {
    /** Repository, registry or mirror that was asked. */
    readonly source: string;
    /** What came in the way, in a few words: `no such host`. */
    readonly cause: string;
}

function isFailure(value: unknown): value is FailedDownload {
    return isRecord(value) && typeof value.source === "string" && typeof value.cause === "string";
}

/** What failed, by the name of the archive. */
export class FailedDownloads {
    private readonly all = new Map<string, FailedDownload>();

    constructor(private readonly file: string) {
        try {
            const content: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
            for (const [name, value] of Object.entries(isRecord(content) ? content : {})) {
                if (isFailure(value)) {
                    this.all.set(name, value);
                }
            }
        } catch {
            // Nothing failed yet, or it is found out again.
        }
    }

    get(name: string): FailedDownload | undefined {
        return this.all.get(name);
    }

    /** Remembers the outcome of downloads; undefined for those that went well. */
    remember(outcomes: ReadonlyMap<string, FailedDownload | undefined>): void {
        for (const [name, failure] of outcomes) {
            if (failure === undefined) {
                this.all.delete(name);
            } else {
                this.all.set(name, failure);
            }
        }
        if (outcomes.size > 0) {
            try {
                writeCacheFile(this.file, JSON.stringify(Object.fromEntries(this.all)));
            } catch {
                // A cache that can only be read has no place for it.
            }
        }
    }
}
