/** CRDs that the stack itself does not bring, and custom resources that nobody can judge. */
import * as fs from "node:fs";
import * as path from "node:path";
import { YAMLException } from "js-yaml";
import { parseManifests } from "../components/base/manifest-parser";
import type { Manifest } from "../components/base/object";
import { definedKind, groupKind, isBuiltIn } from "../components/base/scope";
import { registeredFor } from "../operators/registrars";
import type { Resource } from "../operators/resource";
import { groupsOfTheCluster } from "../policy/kubernetes/cluster-groups";
import { UsageError } from "../preview/stack-file";
import type { RehearsedStack, StackObject } from "./stack";

/** An object that is not sent, because here is nothing that could judge it. */
export interface Skipped {
    readonly urn: string;
    readonly reason: string;
}

const isDefinition = ({ kind }: Manifest) => kind === "CustomResourceDefinition";

/**
 * All CRDs of the YAML files of a folder.
 *
 * @throws UsageError when there is no such folder, no CRD in it, or a file is no YAML
 */
export function readDefinitions(folder: string): Manifest[] {
    const files = fs.existsSync(folder)
        ? fs.readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))
        : [];
    const definitions = files.flatMap((name) => {
        try {
            return parseManifests(fs.readFileSync(path.join(folder, name), "utf8"));
        } catch (error) {
            const reason = error instanceof YAMLException ? error.reason : String(error);
            throw new UsageError(`--crds: ${path.join(folder, name)} is not YAML: ${reason}`);
        }
    });
    const found = definitions.filter(isDefinition);
    if (found.length === 0) {
        throw new UsageError(`--crds: ${folder} holds no file with a CustomResourceDefinition.`);
    }
    return found;
}

/** Which definitions are needed besides the stack's own, and what stays without any. */
export interface Supplement {
    readonly definitions: readonly Manifest[];
    readonly skipped: readonly Skipped[];
    readonly objects: readonly StackObject[];
}

/** Finds the CRD of every custom resource: in the stack, else among those that are at hand. */
export function supplement(
    { objects, missing }: Pick<RehearsedStack, "objects" | "missing">,
    atHand: readonly Manifest[],
): Supplement {
    const own = new Set(
        objects.flatMap(({ manifest }) => (isDefinition(manifest) ? [definedKind(manifest)] : [])),
    );
    const others = new Map(atHand.map((definition) => [definedKind(definition), definition]));
    const registrars = new Map(
        objects.flatMap(({ manifest }) => {
            const kind = groupKind(manifest);
            const { name = "", namespace } = manifest.metadata;
            const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
            const resource = { ...manifest, metadata } as Resource;
            return registeredFor(kind, resource).map((defined) => [defined, kind] as const);
        }),
    );
    const bringerOf = (kind: string) => {
        const [group = ""] = kind.split("/");
        const registrar = registrars.get(kind);
        return registrar !== undefined
            ? `an operator registers it for the ${registrar}`
            : groupsOfTheCluster[group];
    };
    const definitions = new Set<Manifest>();
    const skipped: Skipped[] = [];
    const kept = objects.filter(({ id, manifest }) => {
        const kind = groupKind(manifest);
        const other = others.get(kind);
        const bringer = bringerOf(kind);
        if (isBuiltIn(manifest) || own.has(kind)) {
            return true;
        }
        if (other !== undefined) {
            definitions.add(other);
            return true;
        }
        if (bringer === undefined && missing.length === 0) {
            // Nobody brings it: the API server says so.
            return true;
        }
        const reason = bringer ?? `charts are missing that may bring it: ${missing.join(", ")}`;
        skipped.push({ urn: id, reason: `no CRD of ${kind} at hand (${reason}); see --crds` });
        return false;
    });
    return { definitions: [...definitions], skipped, objects: kept };
}
