import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../base/object";
import { System, type SystemArgs } from "../base/system";
import { cephCluster } from "./ceph-cluster-spec";
import {
    blockPool,
    filesystem,
    managerPool,
    objectStore,
    pools,
    subVolumeGroup,
} from "./ceph-pools";
import { toolbox, toolboxExceptions } from "./ceph-toolbox";
import type { RookOperator } from "./rook-operator";
import { storageClasses, storageClassNames } from "./storage-classes";

/** Arguments of {@link CephCluster}. */
export interface CephClusterArgs extends SystemArgs {
    /** Installs what these resources describe, and must outlive them (pitfall P22). */
    readonly operator: RookOperator;
}

/**
 * The Ceph cluster with its pools, file system, object store and StorageClasses. In prod all that
 * holds data is protected and stays when the stack goes.
 */
export class CephCluster extends System {
    /** Names of the StorageClasses. */
    readonly storageClasses = storageClassNames;
    /** Host name of the S3 gateway inside the cluster, port 80. */
    readonly objectStoreHost: string;
    /** What must exist before a volume or a bucket can be claimed: the StorageClasses. */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        { context, operator }: CephClusterArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const { settings } = context;
        const withToolbox = settings.systems.rookCeph.toolbox;
        const exceptions = withToolbox ? toolboxExceptions : [];
        super("storage", "CephCluster", name, { context, exceptions }, opts);
        const namespace = operator.cephNamespace.name;
        const kept = settings.protect ? { protect: true, retainOnDelete: true } : {};
        const cluster = this.object(cephCluster(settings, namespace), {
            ...kept,
            dependsOn: [...operator.ready],
            // Images of a gigabyte on every node, then a majority of monitors, then every disk.
            customTimeouts: { create: "45m", update: "45m" },
        });
        // Rook refuses to delete a cluster that still has one of these.
        const inCluster = { ...kept, dependsOn: [cluster], customTimeouts: { create: "15m" } };
        const blocks = this.object(blockPool(settings, namespace), inCluster);
        this.object(managerPool(settings, namespace), inCluster);
        const files = this.object(filesystem(settings, namespace), inCluster);
        const group = this.object(subVolumeGroup(namespace), { ...kept, dependsOn: [files] });
        const store = this.object(objectStore(settings, namespace), inCluster);
        const classes = storageClasses(settings, namespace);
        this.ready = [
            this.object(classes.block, { dependsOn: [blocks] }),
            this.object(classes.filesystem, { dependsOn: [group] }),
            this.object(classes.bucket, { dependsOn: [store] }),
        ];
        if (withToolbox) {
            // Its key and the monitors' addresses are written by Rook.
            this.object(toolbox(namespace), { dependsOn: [cluster] });
        }
        this.objectStoreHost = `rook-ceph-rgw-${pools.objectStore}.${namespace}.svc`;
        this.registerOutputs({ objectStoreHost: this.objectStoreHost });
    }
}
