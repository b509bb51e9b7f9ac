/** What keeps the data of Ceph (rook v1.20.6: pkg/apis/ceph.rook.io/v1/types.go). */
import type { Resource, Safeguard, Tree } from "./behaviour";
import { listAt, textAt, treeAt, treesAt } from "./values";

function show(value: unknown): string {
    return value === undefined || value === null ? "absent" : JSON.stringify(value);
}

function flag(
    against: Safeguard["against"],
    path: string,
    value: unknown,
    good: unknown,
    absentIsGood = false,
): Safeguard {
    return {
        against,
        found: `${path} is ${show(value)}`,
        isMet: value === good || (absentIsGood && (value === undefined || value === null)),
        wanted: `set it to ${show(good)}`,
    };
}

/** Settings of OSDs hold for all nodes, for one, or for a disk of it; the nearest counts. */
function encryptedDisks(storage: Tree): Safeguard[] {
    const field = "encryptedDevice";
    const setting = (tree: Tree) => treeAt(tree, "config")[field];
    const rule = (path: string, value: unknown) =>
        flag("disks", `${path}.config.${field}`, value, "true");
    const nodes = treesAt(storage, "nodes");
    const overrides = nodes.flatMap((node) => {
        const name = `storage.nodes[${textAt(node, "name") ?? "?"}]`;
        const own = setting(node);
        const devices = listAt(node, "devices").flatMap((device) => {
            const nearest = setting(treeAt({ device }, "device"));
            return nearest === undefined ? [] : [rule(`${name}.devices[]`, nearest)];
        });
        return [...(own === undefined ? [] : [rule(name, own)]), ...devices];
    });
    const isElsewhere =
        storage.useAllNodes !== true &&
        nodes.every((node) => setting(node) !== undefined) &&
        (nodes.length > 0 || treesAt(storage, "storageClassDeviceSets").length > 0);
    return [
        ...(isElsewhere ? [] : [rule("storage", setting(storage))]),
        ...overrides,
        ...treesAt(storage, "storageClassDeviceSets").map((set) =>
            flag(
                "disks",
                `storage.storageClassDeviceSets[${textAt(set, "name") ?? "?"}].encrypted`,
                set.encrypted,
                true,
            ),
        ),
    ];
}

/** What keeps the data of a whole cluster; an external one is somebody else's. */
export function clusterSafeguards({ spec }: Resource): readonly Safeguard[] {
    if (treeAt(spec, "external").enable === true) {
        return [];
    }
    const { enabled } = treeAt(spec, "network", "connections", "encryption");
    const cleanup = treeAt(spec, "cleanupPolicy");
    return [
        flag("traffic", "network.connections.encryption.enabled", enabled, true),
        ...encryptedDisks(treeAt(spec, "storage")),
        {
            against: "deletion",
            found: `cleanupPolicy.confirmation is ${show(cleanup.confirmation)}, with which deleting the cluster wipes every disk`,
            isMet: textAt(cleanup, "confirmation") === undefined,
            wanted: "leave it empty until the data may go",
        },
        ...["allowUninstallWithVolumes", "wipeDevicesFromOtherClusters"].map((field) =>
            flag("deletion", `cleanupPolicy.${field}`, cleanup[field], false, true),
        ),
    ];
}

/** File systems and object stores delete their pools with themselves unless they are told not to. */
export function preserved(field: string): (resource: Resource) => readonly Safeguard[] {
    return ({ spec }) => [flag("deletion", field, spec?.[field], true)];
}
