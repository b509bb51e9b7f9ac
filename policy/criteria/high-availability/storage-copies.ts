/** How often Ceph stores what is claimed from a storage class. */
import type { Facts } from "../../kernel/facts";
import { holdsUnknown, isTree, readList, readString, readTree, type Tree } from "../../kernel/tree";

/** Where the volumes of a class are. */
export interface Copies {
    /** Bytes on disks for each byte of a volume. */
    readonly factor: number;
    /** Nodes (or hosts) that one volume's data is on. */
    readonly places: number;
    /** What no two copies share: `host` is a node, `zone` a Proxmox host. */
    readonly failureDomain: string;
}

const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";

function copiesOf(pool: Tree): Copies {
    const failureDomain = readString(pool, "failureDomain") ?? "host";
    const coded = readTree(pool, "erasureCoded");
    const [data, coding] = [Number(coded.dataChunks ?? 0), Number(coded.codingChunks ?? 0)];
    if (data > 0) {
        return { factor: (data + coding) / data, places: data + coding, failureDomain };
    }
    // rook pkg/operator/ceph/pool: three where nothing is said.
    const size = Number(readTree(pool, "replicated").size ?? 3);
    return { factor: size, places: size, failureDomain };
}

/**
 * From a storage class to its copies: undefined for a class that is not of this stack's Ceph,
 * `unknown` for one of Ceph whose pool the stack does not have.
 */
export function copiesByClass(
    facts: Facts,
): (name: string | undefined) => Copies | "unknown" | undefined {
    const classes = facts.objects("storage.k8s.io", "StorageClass");
    const named = (kind: string, name: string | undefined) =>
        facts
            .objects("ceph.rook.io", kind)
            .find(
                ({ object, inputs }) =>
                    object.name === name || readString(inputs, "spec", "name") === name,
            );
    return (name) => {
        const found = classes.find(({ object, inputs }) =>
            name === undefined
                ? readTree(inputs, "metadata", "annotations")[DEFAULT_CLASS] === "true"
                : object.name === name,
        );
        if (
            found !== undefined &&
            ["provisioner", "parameters"].some((field) => holdsUnknown(found.inputs[field]))
        ) {
            return "unknown";
        }
        const provisioner = readString(found?.inputs, "provisioner") ?? "";
        const parameters = readTree(found?.inputs, "parameters");
        const pool = (tree: unknown) =>
            isTree(tree) && !holdsUnknown(tree) ? copiesOf(tree) : "unknown";
        if (provisioner.endsWith("rbd.csi.ceph.com")) {
            const data = readString(parameters, "dataPool") ?? readString(parameters, "pool");
            return pool(named("CephBlockPool", data)?.inputs.spec);
        }
        if (provisioner.endsWith("cephfs.csi.ceph.com")) {
            const filesystem = named("CephFilesystem", readString(parameters, "fsName"))?.inputs;
            const pools = readList(filesystem, "spec", "dataPools");
            const wanted = readString(parameters, "pool");
            return pool(
                pools.find((tree) => wanted?.endsWith(`-${readString(tree, "name") ?? ""}`)) ??
                    pools[0],
            );
        }
        if (provisioner.endsWith("ceph.rook.io/bucket")) {
            const store = readString(parameters, "objectStoreName");
            return pool(readTree(named("CephObjectStore", store)?.inputs, "spec").dataPool);
        }
        return undefined;
    };
}
