/** Finds the helm binary that renders charts. */
import * as fs from "node:fs";
import * as path from "node:path";

/** A helm binary; `version` changes whenever the binary does. */
export interface Helm {
    readonly file: string;
    readonly version: string;
}

/**
 * The first helm in the given folders. Its size and time stand for the version in the cache key:
 * asking helm itself would cost 50 ms at every preview.
 */
export function findHelm(folders: readonly string[]): Helm | undefined {
    for (const folder of folders) {
        const file = path.join(folder, "helm");
        try {
            fs.accessSync(file, fs.constants.X_OK);
            const { size, mtimeMs } = fs.statSync(file);
            return { file, version: `${size}-${Math.trunc(mtimeMs)}` };
        } catch {
            // Not in this folder.
        }
    }
    return undefined;
}
