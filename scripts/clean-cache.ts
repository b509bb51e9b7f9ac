/**
 * `make clean-cache`: removes what the project keeps in the user's cache folder, for every clone on
 * this machine, and says how much that was.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { cacheContents, cacheFolderIn } from "../components/base/cache-folder";
import { parseArguments } from "../preview/arguments";
import { print, runCommand } from "../preview/command";
import { readableSize } from "../rehearsal/control-plane/disk";

const USAGE = `Usage: npm run clean-cache

Removes what the project keeps in the user's cache folder, for every clone on this machine.

Ends with 0, or with 2 on a mistake.`;

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

async function main(args: readonly string[]): Promise<number> {
    parseArguments(args, {}, USAGE);
    const folder = cacheFolderIn({});
    // Only what is the project's own: the folder may be one that somebody chose.
    const parts = Object.entries(cacheContents)
        .map(([part, text]) => ({ place: path.join(folder, part), text }))
        .filter(({ place }) => fs.existsSync(place));
    if (parts.length === 0) {
        await print(`There is no cache in ${folder}.`);
        return 0;
    }
    await print(`Removing the cache of all clones on this machine, ${folder}:`);
    for (const { place, text } of parts) {
        await print(`  ${readableSize(sizeOf(place))} of ${text}`);
        fs.rmSync(place, { recursive: true, force: true });
    }
    if (fs.readdirSync(folder).length === 0) {
        fs.rmdirSync(folder);
    }
    return 0;
}

runCommand(USAGE, main);
