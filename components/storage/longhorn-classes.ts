/** The classes of Longhorn's volumes and of their snapshots. Pure. */
import { longhornDriver } from "../../operators/longhorn";
import type { Manifest } from "../base/object";
import type { Site } from "../site";
import { snapshotClass } from "./snapshot-classes";
import { reclaimPolicy, storageClass } from "./storage-classes";

/** Name of both classes. */
export const LONGHORN_CLASS = "longhorn";

/**
 * Parameters as in the chart's own class (longhorn v1.12.1: chart/templates/storageclass.yaml). A
 * volume is made for the pod that waits for it, and may be attached to any node afterwards.
 */
export function longhornClass(site: Site, isDefault: boolean): Manifest {
    return storageClass(LONGHORN_CLASS, isDefault, {
        provisioner: longhornDriver,
        reclaimPolicy: reclaimPolicy(site),
        allowVolumeExpansion: true,
        volumeBindingMode: "WaitForFirstConsumer",
        parameters: {
            numberOfReplicas: String(site.storage.replication),
            staleReplicaTimeout: "30",
            fsType: "ext4",
            dataEngine: "v1",
        },
    });
}

/**
 * Snapshots beside the volume, which Velero reads and keeps elsewhere, encrypted (longhorn.io, "CSI
 * Snapshot Support": `snap`). Longhorn's own backups would be a second way with a key of its own.
 */
export function longhornSnapshotClass(): Manifest {
    return snapshotClass(LONGHORN_CLASS, longhornDriver, { type: "snap" });
}
