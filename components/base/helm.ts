/** Finds the helm binary that renders charts, and other tools. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { cachePath } from "./cache-folder";
import { isRecord } from "./object";

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
                return fs.statSync(file).isFile();
            } catch {
                return false;
            }
        });
}

/** The binary of a file. Its size and time stand for the version: asking helm would cost 50 ms. */
function toHelm(file: string): Helm {
    const { size, mtimeMs } = fs.statSync(file);
    return { file, version: `${size}-${Math.trunc(mtimeMs)}` };
}

/**
 * What is wrong with a helm, as the rest of a sentence; undefined when it works. Helm 2 renders with
 * other rules.
 */
export function helmFault({ file }: Helm): string | undefined {
    try {
        const said = execFileSync(file, ["version", "--short"], {
            encoding: "utf8",
            stdio: ["ignore", "pipe", "pipe"],
            timeout: 10_000,
        });
        const major = Number(/v(\d+)\.\d+/.exec(said)?.[1] ?? 0);
        return major >= 3
            ? undefined
            : `is not helm 3 or newer (it says "${said.trim().slice(0, 40)}")`;
    } catch (error) {
        const { code, status, signal } = error as {
            code?: string;
            status?: number | null;
            signal?: string | null;
        };
        return `does not work (${signal ?? (typeof status === "number" ? `exit code ${status}` : (code ?? "unknown"))})`;
    }
}

/** File of those that do not work, by path and version. */
const refusedFile = (): string => cachePath("helm", "refused.json");

/** Paths and versions of the binaries that `make helm` found not to work. */
export function refusedHelms(): Readonly<Record<string, unknown>> {
    try {
        const content: unknown = JSON.parse(fs.readFileSync(refusedFile(), "utf8"));
        return isRecord(content) ? content : {};
    } catch {
        return {};
    }
}

/** Has a binary passed over until it is another one. */
export function refuseHelm({ file, version }: Helm): void {
    const content = { ...refusedHelms(), [file]: version };
    fs.mkdirSync(path.dirname(refusedFile()), { recursive: true });
    fs.writeFileSync(refusedFile(), JSON.stringify(content));
}

/**
 * The helm that renders: the first one on the PATH, else the one of `make helm`. A binary that was
 * found not to work is passed over.
 *
 * @param own folder of the helm of this repository
 */
export function findHelm(toolPath: readonly string[], own: string): Helm | undefined {
    const refused = refusedHelms();
    return [findExecutable("helm", toolPath), findExecutable("helm", [own])]
        .flatMap((file) => (file === undefined ? [] : toHelm(file)))
        .find(({ file, version }) => refused[file] !== version);
}
