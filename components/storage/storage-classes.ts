/** The StorageClasses of Ceph. Pure. */
import { copiesOnly } from "../base/labels";
import type { Manifest } from "../base/object";
import type { Site } from "../site";
import { pools } from "./ceph-pools";
import { provisioner } from "./csi-drivers";

/** Names of the StorageClasses, for whoever asks for a volume or a bucket. */
export const storageClassNames = {
    /** Block devices for one pod at a time; the default class. */
    block: "ceph-block",
    /** The same for copies that are looked at and thrown away: gone with its claim, in prod too. */
    scratch: "ceph-scratch",
    /** A file system for many pods at a time. */
    filesystem: "ceph-filesystem",
    /** Buckets, by ObjectBucketClaim. */
    bucket: "ceph-bucket",
} as const;

/** Region that the S3 store answers for; it has only one. */
export const bucketRegion = "us-east-1";

/** The Secrets that Rook makes for the drivers, as the parameters in which CSI looks for them. */
function secrets(namespace: string, kind: "rbd" | "cephfs"): Record<string, string> {
    const uses = ["provisioner", "controller-expand", "controller-publish", "node-stage"];
    return Object.fromEntries(
        uses.flatMap((use) => [
            [
                `csi.storage.k8s.io/${use}-secret-name`,
                `rook-csi-${kind}-${use === "node-stage" ? "node" : "provisioner"}`,
            ],
            [`csi.storage.k8s.io/${use}-secret-namespace`, namespace],
        ]),
    );
}

/** A class by its name; nobody gets its volumes who does not ask for it, unless it is the default. */
export function storageClass(name: string, isDefault: boolean, body: object): Manifest {
    return {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: {
            name,
            annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) },
        },
        volumeBindingMode: "Immediate",
        ...body,
    };
}

/** The class of copies, which nothing that keeps state may claim (DR-10). */
function copiesClass(why: string, body: object): Manifest {
    const { metadata, ...rest } = storageClass(storageClassNames.scratch, false, body);
    const annotations = { ...metadata.annotations, [copiesOnly]: why };
    return { ...rest, metadata: { ...metadata, annotations } };
}

/** What becomes of a volume when its claim goes: kept in prod unless the settings say otherwise. */
export function reclaimPolicy({ storage, protect }: Site): "Retain" | "Delete" {
    return storage.reclaimPolicy ?? (protect ? "Retain" : "Delete");
}

/**
 * The classes by what they need to exist. Parameters as in the manifests of Rook 1.20
 * (rook v1.20.6:deploy/examples/csi); `clusterID` is the cluster's namespace.
 */
export function storageClasses(
    site: Site,
    namespace: string,
): Record<keyof typeof storageClassNames, Manifest> {
    const policy = { reclaimPolicy: reclaimPolicy(site) };
    const blocks = {
        provisioner: provisioner(namespace, "rbd"),
        allowVolumeExpansion: true,
        // Deleted files give their space back to Ceph, and through it to Proxmox.
        mountOptions: ["discard"],
        parameters: {
            clusterID: namespace,
            pool: pools.block,
            imageFormat: "2",
            // What kernels from 5.4 on support; fast-diff makes differential backups cheap.
            imageFeatures: "layering,exclusive-lock,object-map,fast-diff,deep-flatten",
            "csi.storage.k8s.io/fstype": "ext4",
            ...secrets(namespace, "rbd"),
        },
    };
    return {
        block: storageClass(storageClassNames.block, true, { ...policy, ...blocks }),
        scratch: copiesClass(
            "restore tests look at copies and throw them away: each month would leave its volumes behind",
            { reclaimPolicy: "Delete", ...blocks },
        ),
        filesystem: storageClass(storageClassNames.filesystem, false, {
            ...policy,
            provisioner: provisioner(namespace, "cephfs"),
            allowVolumeExpansion: true,
            parameters: {
                clusterID: namespace,
                fsName: pools.filesystem,
                pool: `${pools.filesystem}-${pools.filesystemData}`,
                ...secrets(namespace, "cephfs"),
            },
        }),
        bucket: storageClass(storageClassNames.bucket, false, {
            ...policy,
            provisioner: `${namespace}.ceph.rook.io/bucket`,
            parameters: {
                objectStoreName: pools.objectStore,
                objectStoreNamespace: namespace,
                region: bucketRegion,
            },
        }),
    };
}
