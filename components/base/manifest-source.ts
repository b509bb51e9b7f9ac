/**
 * Plain manifests of an upstream that publishes no chart: the file of its release, else the same
 * files out of its Go module, for sites that mirror Go modules but not release pages.
 */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import type { ManifestSource } from "./pins";
import { writeCacheFile } from "./cache-folder";
import { parseManifests } from "./manifest-parser";
import { objectKey } from "./object";

const run = promisify(execFile);

async function fromRelease({ repository, asset }: ManifestSource, version: string) {
    const url = `${repository}/releases/download/${version}/${asset}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
    if (!response.ok) {
        throw new Error(`${url} answered ${response.status}`);
    }
    return response.text();
}

async function fromGoModule({ module, folder }: ManifestSource, version: string) {
    const { stdout } = await run("go", ["mod", "download", "-json", `${module}@${version}`], {
        timeout: 300_000,
    });
    const { Dir } = JSON.parse(stdout) as { Dir: string };
    return fs
        .readdirSync(path.join(Dir, folder))
        .filter((file) => file.endsWith(".yaml"))
        .map((file) => fs.readFileSync(path.join(Dir, folder, file), "utf8"))
        .join("\n---\n");
}

/** What went wrong, without the stack and the address of every attempt. */
function causeOf(error: unknown): string {
    const { cause, message } = error as Error;
    return (cause instanceof Error ? cause.message : message).split("\n")[0] ?? "";
}

/**
 * Downloads manifests and writes them as JSON in the order of their keys, so that both sources give
 * the same bytes and thus the same digest.
 *
 * @returns undefined, or the sentence that says why no source worked
 */
export async function downloadManifests(
    source: ManifestSource,
    version: string,
    target: string,
): Promise<string | undefined> {
    const reasons: string[] = [];
    for (const from of [fromRelease, fromGoModule]) {
        try {
            const manifests = parseManifests(await from(source, version));
            const sorted = manifests.sort((a, b) => (objectKey(a) < objectKey(b) ? -1 : 1));
            writeCacheFile(target, JSON.stringify(sorted));
            return undefined;
        } catch (error) {
            reasons.push(causeOf(error));
        }
    }
    return `neither ${source.repository} nor the Go module could be had: ${reasons.join("; ")}`;
}
