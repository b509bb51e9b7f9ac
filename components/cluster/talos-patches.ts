/**
 * Whether the `talosPatches` of a node are documents that Talos takes, and leave alone what this
 * project decides: told before there is a machine, instead of by a node that does not come back.
 */
import type { Fault } from "../base/definition";
import { isRecord } from "../base/object";
import { dotted } from "../configuration-faults";
import { nearest } from "../nearest";
import { toSite, type Site } from "../site";
import type { NodeSettings, SiteConfiguration } from "../site-schema";
import { eachReadable, whereReadable } from "../unreadable";
import { labelFaults } from "./node-labels";
import { generatedFaults, occupiedFaults } from "./occupied-fields";
import { kindSchemas, mainSchema, schemaFaults } from "./talos-schema";

type Patch = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/**
 * Fields of the main document that Talos 1.13 has documents for, and no longer in its schema:
 * siderolabs/talos, `pkg/machinery/config/types/v1alpha1/v1alpha1_types.go`, "Deprecated".
 */
const LEGACY: Readonly<Record<string, string>> = {
    "machine.network":
        "documents of their own: LinkConfig, ResolverConfig, StaticHostConfig, RoutingRuleConfig, VLANConfig, BondConfig, BridgeConfig, WireguardConfig",
    "machine.time": "a document TimeSyncConfig, from network.timeServers of this configuration",
    "machine.disks": "a document UserVolumeConfig or ExistingVolumeConfig",
    "machine.systemDiskEncryption": "a document VolumeConfig, which this project writes",
    "machine.registries":
        "documents RegistryMirrorConfig, RegistryAuthConfig and RegistryTLSConfig",
    "machine.env": "a document EnvironmentConfig",
    "machine.install.extensions": "a schematic of the image, in components/machines/image.ts",
    "machine.install.extraKernelArgs": "a schematic of the image, in components/machines/image.ts",
};

function legacyFaults(patch: Patch, path: Path): { faults: Fault[]; fields: ReadonlySet<string> } {
    const found = Object.entries(LEGACY).filter(([field]) => {
        const parts = field.split(".");
        const parent = parts
            .slice(0, -1)
            .reduce<unknown>((tree, part) => (isRecord(tree) ? tree[part] : undefined), patch);
        return isRecord(parent) && Object.hasOwn(parent, parts.at(-1) ?? "");
    });
    const keys = found.map(([field]) => dotted([...path, ...field.split(".")]));
    return {
        fields: new Set(keys),
        faults: found.map(([, allowed], index) => ({
            key: keys[index] ?? "",
            found: "a field of older machine configurations",
            allowed,
        })),
    };
}

/** RFC 6902: Talos applies none to a configuration of several documents. */
function isJsonPatch(patch: Patch): boolean {
    return typeof patch.op === "string" && typeof patch.path === "string";
}

function kindFaults({ kind, apiVersion }: Patch, path: Path): Fault[] {
    const known = [...kindSchemas().keys()];
    const near = nearest(String(kind), known);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    const isForeign = apiVersion !== undefined && apiVersion !== "v1alpha1";
    return [
        {
            key: dotted([...path, "kind"]),
            found: typeof kind === "string" ? JSON.stringify(kind) : "no kind",
            allowed: isForeign
                ? "a document of Talos, with apiVersion v1alpha1; objects of Kubernetes are none"
                : `a document of Talos 1.13${hint === "" ? `: ${known.join(", ")}` : hint}`,
        },
    ];
}

/** What is wrong about a patch by itself. */
export function formFaults(patch: Patch, path: Path): Fault[] {
    if (isJsonPatch(patch)) {
        return [
            {
                key: dotted(path),
                found: "a JSON patch (RFC 6902)",
                allowed:
                    "the fields themselves, as they stand in a machine configuration: Talos takes no JSON patch where there are several documents",
            },
        ];
    }
    const hasKind = Object.hasOwn(patch, "kind") || Object.hasOwn(patch, "apiVersion");
    const schema = hasKind ? kindSchemas().get(String(patch.kind)) : mainSchema();
    if (schema === undefined) {
        return kindFaults(patch, path);
    }
    const legacy = legacyFaults(patch, path);
    const ofSchema = schemaFaults(schema, patch, path).filter(({ key }) => !legacy.fields.has(key));
    return [...legacy.faults, ...ofSchema, ...labelFaults(patch, path)];
}

function patchFaults(site: () => Site, node: NodeSettings, index: number): Fault[] {
    return eachReadable(node.talosPatches, (patch, number) => {
        const path = ["nodes", index, "talosPatches", number];
        const form = formFaults(patch, path);
        if (isJsonPatch(patch)) {
            return form;
        }
        const known = new Set(form.map(({ key }) => key));
        const ours = whereReadable(() => occupiedFaults(site(), node, patch, path));
        return [
            ...form,
            ...generatedFaults(patch, path),
            ...ours.filter(({ key }) => !known.has(key)),
        ];
    });
}

/** Systems may bring an issuer by themselves: the fields that name one are never a patch's. */
const anyIssuers = [{ url: "https://auth.example.org" }];

/** The site as far as machine configurations look at it; the rest need not be readable. */
function siteOf(configuration: SiteConfiguration): Site {
    const { network, nodes, cluster, versions, charts } = configuration;
    return toSite(
        { ...configuration, network, nodes, cluster, versions, charts },
        { stack: "", toolPath: [], issuers: anyIssuers, secret: () => unusedSecret() },
    );
}

function unusedSecret(): never {
    throw new Error("A machine configuration has no secret of the site.");
}

/** Every fault of the patches of all nodes. */
export function talosPatches(configuration: SiteConfiguration): Fault[] {
    const site = () => siteOf(configuration);
    return eachReadable(configuration.nodes, (node, index) =>
        node.talosPatches.length === 0 ? [] : patchFaults(site, node, index),
    );
}
