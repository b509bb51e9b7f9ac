/** How often Ceph stores what is claimed from a storage class. */
import type { Facts } from "../../kernel/facts";
import { holdsUnknown, readList, readString, readTree } from "../../kernel/tree";
import { placementOf } from "./pool-placement";

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

function copiesOf(pool: unknown): Copies | "unknown" {
    const placement = placementOf(pool);
    if (placement === undefined) {
        return "unknown";
    }
    const { copies, pieces, failureDomain } = placement;
    return { factor: copies / pieces, places: copies, failureDomain };
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
        if (provisioner.endsWith("rbd.csi.ceph.com")) {
            const data = readString(parameters, "dataPool") ?? readString(parameters, "pool");
            return copiesOf(named("CephBlockPool", data)?.inputs.spec);
        }
        if (provisioner.endsWith("cephfs.csi.ceph.com")) {
            const filesystem = named("CephFilesystem", readString(parameters, "fsName"))?.inputs;
            const pools = readList(filesystem, "spec", "dataPools");
            const wanted = readString(parameters, "pool");
            return copiesOf(
                pools.find((tree) => wanted?.endsWith(`-${readString(tree, "name") ?? ""}`)) ??
                    pools[0],
            );
        }
        if (provisioner.endsWith("ceph.rook.io/bucket")) {
            const store = readString(parameters, "objectStoreName");
            return copiesOf(readTree(named("CephObjectStore", store)?.inputs, "spec").dataPool);
        }
        return undefined;
    };
}
