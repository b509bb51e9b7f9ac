/**
 * Plain manifests of an upstream that publishes no chart: the file of its release, else the same
 * files out of its Go module, for sites that mirror Go modules but not release pages.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { ManifestSource } from "./pins";
import { writeCacheFile } from "./cache-folder";
import { downloadCause } from "./download-cause";
import { runTool } from "./ending";
import { parseManifests } from "./manifest-parser";
import { objectKey } from "./object";

/** Seconds that a release page may take; it serves a file of 1 MB. */
const PATIENCE = 20;

async function fromRelease({ repository, asset }: ManifestSource, version: string) {
    const url = `${repository}/releases/download/${version}/${asset}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE * 1000) });
    if (!response.ok) {
        throw new Error(`${url} answered ${response.status}`);
    }
    return response.text();
}

async function fromGoModule({ module, folder }: ManifestSource, version: string, patience: number) {
    const { stdout } = await runTool("go", ["mod", "download", "-json", `${module}@${version}`], {
        timeout: patience * 1000,
    });
    const { Dir } = JSON.parse(stdout) as { Dir: string };
    return fs
        .readdirSync(path.join(Dir, folder))
        .filter((file) => file.endsWith(".yaml"))
        .map((file) => fs.readFileSync(path.join(Dir, folder, file), "utf8"))
        .join("\n---\n");
}

/**
 * Downloads manifests and writes them as JSON in the order of their keys, so that both sources give
 * the same bytes and thus the same digest.
 *
 * @param patience seconds that each source may take
 * @returns undefined, or why no source worked, in a few words
 */
export async function downloadManifests(
    source: ManifestSource,
    version: string,
    target: string,
    patience: number,
): Promise<string | undefined> {
    const causes = new Set<string>();
    for (const from of [fromRelease, fromGoModule]) {
        try {
            const manifests = parseManifests(await from(source, version, patience));
            const sorted = manifests.sort((a, b) => (objectKey(a) < objectKey(b) ? -1 : 1));
            writeCacheFile(target, JSON.stringify(sorted));
            return undefined;
        } catch (error) {
            causes.add(downloadCause(error, patience));
        }
    }
    return [...causes].join("; ");
}
