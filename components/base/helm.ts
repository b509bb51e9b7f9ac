/** Finds the helm binary that renders charts, and other tools. */
import * as fs from "node:fs";
import * as path from "node:path";

/** A helm binary; `version` changes whenever the binary does. */
export interface Helm {
    readonly file: string;
    readonly version: string;
}

/** Path of the first executable file of that name in the given folders. */
export function findExecutable(name: string, folders: readonly string[]): string | undefined {
    return folders
        .map((folder) => path.join(folder, name))
        .find((file) => {
            try {
                fs.accessSync(file, fs.constants.X_OK);
                return true;
            } catch {
                return false;
            }
        });
}

/**
 * The first helm in the given folders. Its size and time stand for the version in the cache key:
 * asking helm itself would cost 50 ms at every preview.
 */
export function findHelm(folders: readonly string[]): Helm | undefined {
    const file = findExecutable("helm", folders);
    if (file === undefined) {
        return undefined;
    }
    const { size, mtimeMs } = fs.statSync(file);
    return { file, version: `${size}-${Math.trunc(mtimeMs)}` };
}
