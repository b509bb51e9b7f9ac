/**
 * `make clean-cache`: removes what the project keeps in the user's cache folder, for every clone on
 * this machine, and says how much that was.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { cacheContents, cacheFolderIn } from "../components/base/cache-folder";
import { runToEnd } from "../preview/command";
import { readableSize } from "../rehearsal/control-plane/disk";

/** Bytes of all files below a folder. */
function sizeOf(folder: string): number {
    return fs
        .readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .reduce(
            (sum, { parentPath, name }) => sum + fs.statSync(path.join(parentPath, name)).size,
            0,
        );
}

function main(): Promise<number> {
    const folder = cacheFolderIn({});
    // Only what is the project's own: the folder may be one that somebody chose.
    const parts = Object.entries(cacheContents)
        .map(([part, text]) => ({ place: path.join(folder, part), text }))
        .filter(({ place }) => fs.existsSync(place));
    if (parts.length === 0) {
        process.stdout.write(`There is no cache in ${folder}.\n`);
        return Promise.resolve(0);
    }
    process.stdout.write(`Removing the cache of all clones on this machine, ${folder}:\n`);
    for (const { place, text } of parts) {
        process.stdout.write(`  ${readableSize(sizeOf(place))} of ${text}\n`);
        fs.rmSync(place, { recursive: true, force: true });
    }
    if (fs.readdirSync(folder).length === 0) {
        fs.rmdirSync(folder);
    }
    return Promise.resolve(0);
}

runToEnd(main);
