/** Previews whose charts must be rendered anew. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
    CACHE_VARIABLE,
    type cacheContents,
    cachePath,
    makeCacheFolder,
} from "../components/base/cache-folder";

/** Everything but the renderings. */
const KEPT = ["charts", "helm", "rehearsal"] as const satisfies (keyof typeof cacheContents)[];

/**
 * Does something with a cache of its own that has no rendering yet; the rest of it is that of the
 * user. Holds for this process and those that it starts.
 */
export async function withColdCache<T>(work: () => T | Promise<T>): Promise<T> {
    const before = process.env[CACHE_VARIABLE];
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cold-cache-"));
    for (const part of KEPT) {
        makeCacheFolder(cachePath(part));
        fs.symlinkSync(cachePath(part), path.join(folder, part));
    }
    process.env[CACHE_VARIABLE] = folder;
    try {
        return await work();
    } finally {
        if (before === undefined) {
            Reflect.deleteProperty(process.env, CACHE_VARIABLE);
        } else {
            process.env[CACHE_VARIABLE] = before;
        }
        fs.rmSync(folder, { recursive: true, force: true });
    }
}
