/** Looks at free disk space before something is written that would fill it. */
import * as fs from "node:fs";
import * as path from "node:path";
import { UsageError } from "../../preview/stack-file";

/** The nearest folder at or above a path that exists. */
function existing(folder: string): string {
    return fs.existsSync(folder) ? folder : existing(path.dirname(folder));
}

/** Bytes as a person writes them: `2.9 GiB`, `480 MiB`. */
export function readableSize(bytes: number): string {
    const mebibytes = Math.floor(bytes / 1024 ** 2);
    return mebibytes < 1024 ? `${mebibytes} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

/**
 * Makes sure that each folder's file system has enough space.
 *
 * @param needed bytes
 * @param purpose start of the sentence: what needs the space
 * @param free bytes that are free where a folder lies; default: asks the file system
 * @throws UsageError naming the first folder that is short
 */
export function requireSpace(
    folders: readonly string[],
    needed: number,
    purpose: string,
    free = (folder: string) => {
        const { bavail, bsize } = fs.statfsSync(existing(folder));
        return bavail * bsize;
    },
): void {
    for (const folder of folders) {
        const found = free(folder);
        if (found < needed) {
            throw new UsageError(
                `${purpose} needs ${readableSize(needed)} of free disk space in ${folder}, ` +
                    `but ${readableSize(found)} are free.`,
            );
        }
    }
}
