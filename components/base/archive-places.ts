/** Where the archives of charts and of plain manifests lie on this machine, and what they are called. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { archiveOfYaml } from "./manifest-source";
import type { ChartPin } from "./pins";

/** `<chart>-<version>`, the name of an archive without its extension and the key in the lock. */
export function archiveName({ chart, version }: ChartPin): string {
    return `${chart}-${version}`;
}

/** Charts are archives; plain manifests are one JSON file, in a mirror also one of YAML. */
export function fileName(
    pin: ChartPin,
    form = pin.manifests === undefined ? "tgz" : "json",
): string {
    return `${archiveName(pin)}.${form}`;
}

/** The bytes by which an archive is known; YAML counts as the JSON that upstream would give. */
export function bytesOf(file: string): Buffer {
    return file.endsWith(".yaml") ? Buffer.from(archiveOfYaml(file)) : fs.readFileSync(file);
}

/** The mirror, if it is a directory. */
export function folderOf(mirror: string | undefined): string | undefined {
    return mirror?.includes("://") === false ? mirror : undefined;
}

/** An archive that lies on this machine, and whether upstream published it or a mirror has it. */
export interface Place {
    readonly file: string;
    readonly fromMirror: boolean;
}

/** The folders in which archives may lie. */
export class ArchivePlaces {
    /** Folder of what replaces upstream; what an address gave is kept apart from what is upstream's. */
    readonly mirrorFolder: string | undefined;

    constructor(
        private readonly cacheFolder: string,
        mirror: string | undefined,
    ) {
        const hash = createHash("sha256")
            .update(mirror ?? "")
            .digest("hex")
            .slice(0, 12);
        this.mirrorFolder =
            mirror === undefined
                ? undefined
                : (folderOf(mirror) ?? path.join(cacheFolder, `mirror-${hash}`));
    }

    /** A mirror goes before the cache: who names one wants its archives. */
    find(pin: ChartPin): Place | undefined {
        const { mirrorFolder, cacheFolder } = this;
        const names = [
            fileName(pin),
            ...(pin.manifests === undefined ? [] : [fileName(pin, "yaml")]),
        ];
        const places: Place[] = [
            ...(mirrorFolder === undefined
                ? []
                : names.map((name) => ({ file: path.join(mirrorFolder, name), fromMirror: true }))),
            { file: path.join(cacheFolder, fileName(pin)), fromMirror: false },
        ];
        return places.find(({ file }) => fs.existsSync(file));
    }
}
