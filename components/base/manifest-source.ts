/**
 * Plain manifests of an upstream that publishes no chart: what it publishes, else the same files out
 * of its Go modules, for sites that mirror modules but not release pages.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import type { ManifestModule, ManifestSource } from "./pins";
import { writeCacheFile } from "./cache-folder";
import { downloadCause } from "./download-cause";
import { runTool } from "./ending";
import {
    isKustomization,
    isKustomizationFile,
    readKustomization,
    withKustomizedImages,
} from "./kustomization";
import { parseManifests } from "./manifest-parser";
import { type Manifest, objectKey } from "./object";

/** Seconds that one file may take; the largest has 1 MB. */
const PATIENCE = 20;

/** Text of a file by its path or address. */
type Read = (file: string) => string | Promise<string>;

async function fetchText(address: string): Promise<string> {
    const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE * 1000) });
    if (!response.ok) {
        throw new Error(`${address} answered ${response.status}`);
    }
    return response.text();
}

/** @throws Error with one sentence that names the file when it is no YAML, or has no object */
function parse(file: string, text: string): Manifest[] {
    let manifests: Manifest[];
    try {
        manifests = parseManifests(text);
    } catch (error) {
        const { mark } = error as yaml.YAMLException;
        const line = (mark as { readonly line: number } | undefined)?.line;
        throw new Error(`${file} is no YAML${line === undefined ? "" : ` (line ${line + 1})`}`);
    }
    if (manifests.length === 0) {
        throw new Error(`${file} has no Kubernetes object`);
    }
    return manifests.filter((manifest) => !isKustomization(manifest));
}

/** The objects of a file; of a kustomization, those of what it gathers. */
async function gather(read: Read, file: string): Promise<Manifest[]> {
    const text = await read(file);
    if (!isKustomizationFile(file)) {
        return parse(file, text);
    }
    const kustomization = readKustomization(file, yaml.load(text));
    const folder = file.slice(0, file.lastIndexOf("/") + 1);
    const gathered = kustomization.resources.map((resource) => {
        const isFile = /\.(?:ya?ml|json)$/.test(resource);
        const of = resource.includes("://") ? "" : folder;
        return gather(read, `${of}${resource}${isFile ? "" : "/kustomization.yaml"}`);
    });
    return withKustomizedImages((await Promise.all(gathered)).flat(), kustomization);
}

/** Addresses of what upstream publishes of a version. */
function publishedAddresses(source: ManifestSource, version: string): string[] {
    const { repository, assets = [], files = [], addresses = [] } = source;
    const raw = repository.replace("https://github.com/", "https://raw.githubusercontent.com/");
    return [
        ...assets.map((asset) => `${repository}/releases/download/${version}/${asset}`),
        ...files.map((file) => `${raw}/${version}/${file}`),
        ...addresses.map((address) => address.replaceAll("{version}", version)),
    ];
}

async function fromModule(
    { module, files }: ManifestModule,
    version: string,
    patience: number,
): Promise<Manifest[]> {
    // Versions of modules have a v, whether upstream's tags have one or not.
    const tag = version.startsWith("v") ? version : `v${version}`;
    const { stdout } = await runTool("go", ["mod", "download", "-json", `${module}@${tag}`], {
        timeout: patience * 1000,
    });
    const { Dir } = JSON.parse(stdout) as { Dir: string };
    const read = (file: string) => fs.readFileSync(path.join(Dir, file), "utf8");
    const all = files.flatMap((file) =>
        file.endsWith("/")
            ? fs
                  .readdirSync(path.join(Dir, file))
                  .filter((name) => /\.ya?ml$/.test(name) && !isKustomizationFile(name))
                  .map((name) => `${file}${name}`)
            : [file],
    );
    return (await Promise.all(all.map((file) => gather(read, file)))).flat();
}

/**
 * The form in which manifests are kept: JSON in the order of the objects' keys, so that every source
 * gives the same bytes and thus the same digest.
 */
function toArchive(manifests: readonly Manifest[]): string {
    return JSON.stringify([...manifests].sort((a, b) => (objectKey(a) < objectKey(b) ? -1 : 1)));
}

/**
 * The same from a file of YAML that somebody has put into a mirror, for example what kustomize builds.
 *
 * @throws Error with one sentence when it is no YAML, or has no object
 */
export function archiveOfYaml(file: string): string {
    return toArchive(parse(path.basename(file), fs.readFileSync(file, "utf8")));
}

/** Writes what the first way that works gives, or says why none did, in a few words. */
async function keepFirst(
    ways: readonly (() => readonly Promise<Manifest[]>[])[],
    target: string,
    patience: number,
): Promise<string | undefined> {
    const causes = new Set<string>();
    for (const way of ways) {
        try {
            const manifests = (await Promise.all(way())).flat();
            if (manifests.length > 0) {
                writeCacheFile(target, toArchive(manifests));
                return undefined;
            }
        } catch (error) {
            causes.add(downloadCause(error, patience));
        }
    }
    return [...causes].join("; ");
}

/**
 * Downloads manifests from upstream and writes them in the form of an archive.
 *
 * @param patience seconds that each module may take
 * @returns undefined, or why no source worked, in a few words
 */
export function downloadManifests(
    source: ManifestSource,
    version: string,
    target: string,
    patience: number,
): Promise<string | undefined> {
    const { modules = [] } = source;
    const published = publishedAddresses(source, version);
    const ways = [
        () => published.map((address) => gather(fetchText, address)),
        () => modules.map((module) => fromModule(module, version, patience)),
    ];
    return keepFirst(ways, target, patience);
}

/** The same from one address, of which the file is complete. */
export function downloadManifestFile(address: string, target: string): Promise<string | undefined> {
    return keepFirst([() => [gather(fetchText, address)]], target, PATIENCE);
}
