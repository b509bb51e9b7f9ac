/**
 * Fields of a machine configuration that are not a patch's to set: those of this project's own
 * documents, and those that Talos generates from the secrets of the stack. Pure.
 */
import type { Fault } from "../base/definition";
import { isRecord } from "../base/object";
import { dotted } from "../configuration-faults";
import type { Site } from "../site";
import type { NodeSettings } from "../site-schema";
import { basePatches, machineDocuments } from "./machine-configuration";
import { isDeletion } from "./talos-schema";

type Patch = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/**
 * Fields that Talos fills when it generates a configuration: siderolabs/talos,
 * `pkg/machinery/config/generate` (identity, certificates and tokens).
 */
const GENERATED = [
    ...["type", "token", "ca"].map((field) => ["machine", field]),
    ...["id", "secret", "token", "ca", "aggregatorCA", "serviceAccount", "clusterName"].map(
        (field) => ["cluster", field],
    ),
    ["cluster", "secretboxEncryptionSecret"],
    ["cluster", "aescbcEncryptionSecret"],
    ["cluster", "etcd", "ca"],
];

function valueAt(patch: unknown, path: Path): unknown {
    return path.reduce<unknown>(
        (tree, part) =>
            typeof tree === "object" && tree !== null ? Reflect.get(tree, part) : undefined,
        patch,
    );
}

/** Fields of a patch that are generated. */
export function generatedFaults(patch: Patch, path: Path): Fault[] {
    return GENERATED.filter((field) => valueAt(patch, field) !== undefined).map((field) => ({
        key: dotted([...path, ...field]),
        found: "a value of its own",
        allowed: "no such field: Talos generates it from the name, the role and the secrets",
    }));
}

/** Lists that hold more than this project writes into them; of all others it writes the whole. */
const OPEN_LISTS: ReadonlySet<string> = new Set([
    "modules",
    "admissionControl",
    "addresses",
    "routes",
    "files",
    "extraVolumes",
]);

/** What makes two entries of a list the same one, by which Talos merges some and we compare all. */
function identity(entry: unknown): string {
    const named = isRecord(entry)
        ? (entry.name ??
          entry.destination ??
          entry.address ??
          entry.path ??
          entry.mountPath ??
          "default")
        : entry;
    return JSON.stringify(named);
}

/** The settings that decide what a document of ours says, by a field's path without its indexes. */
const SETTINGS: Readonly<Record<string, string>> = {
    "HostnameConfig.hostname": "the node's name",
    "LinkConfig.addresses": "the node's address",
    "LinkConfig.routes": "network.gateway",
    "ResolverConfig.nameservers": "network.nameservers",
    "TimeSyncConfig.ntp.servers": "network.timeServers",
    "cluster.network.podSubnets": "network.pods",
    "cluster.network.serviceSubnets": "network.services",
    "cluster.apiServer.extraArgs.authentication-config": "cluster.issuers",
    "cluster.controlPlane.endpoint": "cluster.virtualIp",
    "cluster.controlPlane.localAPIServerPort": "network.apiServerPort",
    "machine.install.image": "versions.talos",
    "machine.kubelet.image": "cluster.upgradedKubernetes",
    "machine.nodeLabels.topology.kubernetes.io/zone": "the node's host",
    "machine.nodeLabels.topology.kubernetes.io/region": "cluster.name",
};

function decides(kind: string | undefined, fields: Path): string {
    const names = fields.filter((part) => typeof part === "string");
    const found = names
        .map((_, index) => names.slice(0, names.length - index).join("."))
        .map((field) => SETTINGS[kind === undefined ? field : `${kind}.${field}`])
        .find((setting) => setting !== undefined);
    return found === undefined
        ? "what this project decides (components/cluster), so no such field"
        : `what ${found} decides in the settings, so no such field`;
}

/** Where a document of ours and a patch say different things. */
function conflicts(ours: unknown, patch: unknown, path: Path): Path[] {
    if (isDeletion(patch)) {
        return [path];
    }
    if (isRecord(ours) && isRecord(patch)) {
        return Object.keys(patch)
            .filter((key) => Object.hasOwn(ours, key))
            .flatMap((key) => conflicts(ours[key], patch[key], [...path, key]));
    }
    if (Array.isArray(ours) && Array.isArray(patch)) {
        const isOpen = OPEN_LISTS.has(String(path.at(-1)));
        return patch.flatMap((entry, index) => {
            const same = ours.find((own) => identity(own) === identity(entry)) as unknown;
            if (same === undefined) {
                return isOpen ? [] : [[...path, index]];
            }
            return conflicts(same, entry, [...path, index]);
        });
    }
    // Talos reads YAML, where a number may stand for a text.
    return isRecord(ours) || Array.isArray(ours) || String(ours) !== String(patch) ? [path] : [];
}

function isSameDocument(ours: Patch, patch: Patch): boolean {
    return ours.kind === patch.kind && ours.name === patch.name;
}

/** Fields of a patch that differ from what this project's own documents of the node say. */
export function occupiedFaults(site: Site, node: NodeSettings, patch: Patch, path: Path): Fault[] {
    const own = [
        ...machineDocuments(site, node),
        ...basePatches(node, "").map((text) => JSON.parse(text) as Patch),
    ] as readonly Patch[];
    const kind = typeof patch.kind === "string" ? patch.kind : undefined;
    const found = own
        .filter((document) => isSameDocument(document, patch))
        .flatMap((document) => conflicts(document, patch, []));
    const unique = new Map(found.map((fields) => [dotted(fields), fields]));
    return [...unique.values()].map((fields) => ({
        key: dotted([...path, ...fields]),
        found: isDeletion(valueAt(patch, fields)) ? "its removal" : "another value",
        allowed: decides(kind, fields),
    }));
}
