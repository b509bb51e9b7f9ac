/** Plain manifests out of a Go module, for upstreams that publish no chart. */
import * as fs from "node:fs";
import { unzipSync } from "fflate";

/**
 * Downloads a module's zip from a Go module proxy and writes the YAML files of one folder, in the
 * order of their names, as one stream.
 *
 * @param module proxy and module path, such as `https://proxy.golang.org/sigs.k8s.io/gateway-api`
 * @returns undefined, or the sentence that says why it did not work
 */
export async function downloadManifests(
    module: string,
    version: string,
    folder: string,
    target: string,
): Promise<string | undefined> {
    const url = `${module}/@v/${version}.zip`;
    let archive: Uint8Array;
    try {
        const response = await fetch(url, { signal: AbortSignal.timeout(120_000) });
        if (!response.ok) {
            return `${url} answered ${response.status}`;
        }
        archive = new Uint8Array(await response.arrayBuffer());
    } catch (error) {
        const { cause, message } = error as Error;
        return `${url} cannot be reached: ${cause instanceof Error ? cause.message : message}`;
    }
    // Every path in a module zip starts with <module>@<version>/.
    const inFolder = new RegExp(`@${version.replaceAll(".", "\\.")}/${folder}/[^/]+\\.ya?ml$`);
    const files = unzipSync(archive, { filter: ({ name }) => inFolder.test(name) });
    const texts = Object.keys(files)
        .sort()
        .map((name) => new TextDecoder().decode(files[name]));
    if (texts.length === 0) {
        return `${url} has no YAML files in ${folder}`;
    }
    fs.writeFileSync(target, texts.join("\n---\n"));
    return undefined;
}
