import type * as pulumi from "@pulumi/pulumi";
import { cephLabels, cephPorts } from "../../operators/rook";
import type { Endpoint } from "../base/connection";
import type { SystemContext } from "../base/foundation";
import type { OfferedPage } from "../base/offered-page";
import { System } from "../base/system";
import { cephCluster, dashboardPort } from "./ceph-cluster-spec";
import {
    blockPool,
    filesystem,
    managerPool,
    objectStore,
    pools,
    subVolumeGroup,
} from "./ceph-pools";
import { toolbox, toolboxExceptions } from "./ceph-toolbox";
import { dashboardPage, type rookCeph } from "./rook-ceph";
import type { RookOperator } from "./rook-operator";
import { snapshotClasses } from "./snapshot-classes";
import { storageClasses, storageClassNames } from "./storage-classes";
import type { Snapshots } from "./volume-snapshots";

/** Volumes and buckets, for whoever needs some. */
export interface Storage {
    /** Names of the StorageClasses. */
    readonly storageClasses: typeof storageClassNames;
    /** Pods of the S3 gateway, for the network policies of its clients. */
    readonly objectStore: Endpoint;
    /** Host name of the S3 gateway inside the cluster, port 80. */
    readonly objectStoreHost: string;
    /** What must exist before a volume or a bucket can be claimed: the StorageClasses. */
    readonly ready: readonly pulumi.Resource[];
}

/** Arguments of {@link CephCluster}. */
export interface CephClusterArgs extends SystemContext<typeof rookCeph> {
    /** Installs what these resources describe, and must outlive them (pitfall P22). */
    readonly operator: RookOperator;
    /** Snapshots of its volumes; undefined when nobody can ask for any. */
    readonly snapshots: Snapshots | undefined;
}

/**
 * The Ceph cluster with its pools, file system, object store and StorageClasses. In prod all that
 * holds data is protected and stays when the stack goes.
 */
export class CephCluster extends System<typeof rookCeph> implements Storage {
    readonly storageClasses = storageClassNames;
    readonly objectStore: Endpoint;
    readonly objectStoreHost: string;
    /** The dashboard, which the active manager serves. */
    readonly page: OfferedPage;

    constructor(
        { operator, snapshots, ...context }: CephClusterArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        const { site, settings } = context;
        const exceptions = settings.toolbox ? toolboxExceptions : [];
        super(context, { name: "ceph", kind: "CephCluster", exceptions }, opts);
        const namespace = operator.cephNamespace.name;
        const kept = site.protect ? { protect: true, retainOnDelete: true } : {};
        const cluster = this.object(cephCluster(site, namespace), {
            ...kept,
            dependsOn: [...operator.ready],
            // Images of a gigabyte on every node, then a majority of monitors, then every disk.
            customTimeouts: { create: "45m", update: "45m" },
        });
        // Rook refuses to delete a cluster that still has one of these.
        const inCluster = { ...kept, dependsOn: [cluster], customTimeouts: { create: "15m" } };
        const blocks = this.object(blockPool(site, namespace), inCluster);
        this.object(managerPool(site, namespace), inCluster);
        const files = this.object(filesystem(site, namespace), inCluster);
        const group = this.object(subVolumeGroup(namespace), { ...kept, dependsOn: [files] });
        const store = this.object(objectStore(site, namespace), inCluster);
        const classes = storageClasses(site, namespace);
        this.waitFor(
            this.object(classes.block, { dependsOn: [blocks] }),
            this.object(classes.scratch, { dependsOn: [blocks] }),
            this.object(classes.filesystem, { dependsOn: [group] }),
            this.object(classes.bucket, { dependsOn: [store] }),
        );
        if (snapshots !== undefined) {
            const dependsOn = [...snapshots.definitions.values(), blocks, group];
            snapshotClasses(namespace).forEach((manifest) => this.object(manifest, { dependsOn }));
        }
        if (settings.toolbox) {
            // Its key and the monitors' addresses are written by Rook.
            this.object(toolbox(namespace), { dependsOn: [cluster] });
        }
        this.objectStoreHost = `rook-ceph-rgw-${pools.objectStore}.${namespace}.svc`;
        this.objectStore = {
            namespace: operator.cephNamespace,
            pods: cephLabels.gateway(pools.objectStore),
            ports: [cephPorts.gateway.http],
        };
        this.page = {
            name: "ceph-page",
            page: dashboardPage,
            service: "rook-ceph-mgr-dashboard",
            port: dashboardPort,
            to: {
                namespace: operator.cephNamespace,
                pods: cephLabels.manager,
                ports: [dashboardPort],
            },
        };
        this.registerOutputs({ objectStoreHost: this.objectStoreHost });
    }
}
