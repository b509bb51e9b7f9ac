/** Pools, file system and object store of Ceph as custom resources. Pure. */
import { spread } from "../base/availability";
import type { Manifest } from "../base/object";
import { cephDiskPaths } from "../machines/disks";
import type { Site } from "../site";
import { gatewayResources, metadataServerResources } from "./ceph-resources";

/** Names of what is stored where; StorageClasses refer to them. */
export const pools = {
    block: "ceph-blockpool",
    filesystem: "ceph-filesystem",
    /** Data pool of the file system; Ceph puts the file system's name before it. */
    filesystemData: "data0",
    objectStore: "ceph-objectstore",
} as const;

interface PoolSpec {
    readonly failureDomain: "zone" | "host";
    readonly enableCrushUpdates: true;
    readonly replicated: { readonly size: number; readonly requireSafeReplicaSize: boolean };
    readonly parameters: Readonly<Record<string, string>>;
}

/**
 * What no two copies share: the Proxmox host, which the nodes carry as their zone and Rook writes
 * into the CRUSH map, where at least as many hosts have disks as there are copies; else the node
 * (`host` in the words of Ceph). With hosts as domains the capacity is bound to the host with the
 * fewest disks, but with nodes two of three copies may be on one host, and without it Ceph stops.
 */
export function failureDomain({
    nodes,
    storage: { replication },
}: Site): PoolSpec["failureDomain"] {
    const hosts = new Set(
        nodes.filter((node) => cephDiskPaths(node).length > 0).map(({ host }) => host),
    );
    return replication > 1 && hosts.size >= replication ? "zone" : "host";
}

/**
 * A replicated pool. `min_size` is what Ceph itself would choose (2 of 3): below it writes stop,
 * because the last copy must not be the only one that knows of a write. When a site gets its third
 * Proxmox host, Rook moves the copies (rook v1.20.6:pkg/daemon/ceph/client/pool.go,
 * updatePoolCrushRule).
 */
export function poolSpec(site: Site): PoolSpec {
    const { replication } = site.storage;
    return {
        failureDomain: failureDomain(site),
        enableCrushUpdates: true,
        replicated: { size: replication, requireSafeReplicaSize: replication > 1 },
        parameters: { min_size: String(replication - Math.floor(replication / 2)) },
    };
}

function metadata(name: string, namespace: string): Manifest["metadata"] {
    return {
        name,
        namespace,
        // A StorageClass is of no use before its pool exists.
        annotations: { "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready" },
    };
}

const apiVersion = "ceph.rook.io/v1";

/** The pool of block devices. */
export function blockPool(site: Site, namespace: string): Manifest {
    return {
        apiVersion,
        kind: "CephBlockPool",
        metadata: metadata(pools.block, namespace),
        spec: poolSpec(site),
    };
}

/** The pool of the managers, which Ceph would make with its own idea of size and failure domain. */
export function managerPool(site: Site, namespace: string): Manifest {
    return {
        apiVersion,
        kind: "CephBlockPool",
        metadata: metadata("builtin-mgr", namespace),
        spec: { name: ".mgr", ...poolSpec(site) },
    };
}

/** The shared file system. */
export function filesystem(site: Site, namespace: string): Manifest {
    return {
        apiVersion,
        kind: "CephFilesystem",
        metadata: metadata(pools.filesystem, namespace),
        spec: {
            metadataPool: poolSpec(site),
            dataPools: [{ name: pools.filesystemData, ...poolSpec(site) }],
            preserveFilesystemOnDelete: site.protect,
            metadataServer: {
                activeCount: 1,
                // One more that follows the active one's journal and takes over within seconds.
                activeStandby: site.replicas("serving") > 1,
                resources: metadataServerResources,
                priorityClassName: "system-cluster-critical",
                placement: { topologySpreadConstraints: spread({ app: "rook-ceph-mds" }) },
                livenessProbe: { disabled: false },
                startupProbe: { disabled: false },
            },
        },
    };
}

/** The group of subvolumes in which the CSI driver makes its volumes. */
export function subVolumeGroup(namespace: string): Manifest {
    return {
        apiVersion,
        kind: "CephFilesystemSubVolumeGroup",
        metadata: metadata(`${pools.filesystem}-csi`, namespace),
        spec: { name: "csi", filesystemName: pools.filesystem, pinning: { distributed: 1 } },
    };
}

/**
 * The S3 store. Plain HTTP: the pod network itself is encrypted (SEC-08), and Rook 1.20 starts the
 * gateway without `ssl_reload`, so that it would serve an expired certificate until somebody starts it
 * anew (https://github.com/rook/rook/issues/14069).
 */
export function objectStore(site: Site, namespace: string): Manifest {
    return {
        apiVersion,
        kind: "CephObjectStore",
        metadata: metadata(pools.objectStore, namespace),
        spec: {
            metadataPool: poolSpec(site),
            dataPool: poolSpec(site),
            preservePoolsOnDelete: site.protect,
            gateway: {
                port: 80,
                instances: site.replicas("serving"),
                resources: gatewayResources,
                priorityClassName: "system-cluster-critical",
                placement: { topologySpreadConstraints: spread({ app: "rook-ceph-rgw" }) },
            },
            healthCheck: {
                readinessProbe: { disabled: false },
                startupProbe: { disabled: false },
            },
        },
    };
}
