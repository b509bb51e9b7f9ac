/** The program that carries an order out, and what it fills in. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Manifest } from "../base/object";
import type { Tenant } from "../tenant-schema";
import { ORDERS, type PlaceProgram } from "./order-api";
import { programResources, programSecurity } from "./kratix-values";

/** ConfigMap with the program. */
const FILES = "virtual-cluster-place";
/** Where the program lies in its container. */
const PLACE = "/place";
const SCRIPT = "place.sh";
const EXPRESSION = "place.yq";

const read = (name: string) => fs.readFileSync(path.join(__dirname, "scripts", name), "utf8");

/** What the program fills in, by the kind of what is ordered; undefined while a chart is missing. */
export type OrderedObjects = Readonly<Record<Tenant["kind"], readonly Manifest[] | undefined>>;

/** Objects as one file: JSON is YAML, and a text in it ends only where it is meant to. */
function asFile(objects: readonly Manifest[]): string {
    return objects.map((object) => `---\n${JSON.stringify(object)}\n`).join("");
}

/** The files, by name. */
export function placeFiles(objects: OrderedObjects): Readonly<Record<string, string>> {
    const known = Object.entries(objects).flatMap(([kind, some]) =>
        some === undefined ? [] : [[`objects-${kind}.yaml`, asFile(some)] as const],
    );
    return {
        [SCRIPT]: read(SCRIPT),
        [EXPRESSION]: read(EXPRESSION),
        ...Object.fromEntries(known),
    };
}

/** The ConfigMap with the files; its data may be known a little later. */
export function placeConfigMap<Data>(data: Data) {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: FILES, namespace: ORDERS },
        data,
    };
}

/**
 * The program.
 *
 * @param image of yq, which has a shell
 */
export function placeProgram(image: string): PlaceProgram {
    return {
        image,
        command: ["/bin/sh", `${PLACE}/${SCRIPT}`],
        files: FILES,
        mountPath: PLACE,
        securityContext: programSecurity,
        resources: programResources,
    };
}
