/** The VolumeSnapshotClasses of Ceph. Pure. */
import type { Manifest } from "../base/object";
import { provisioner } from "./csi-drivers";

/** Label by which Velero finds the class of a driver (velero v1.18.1: pkg/apis/velero/v1/labels_annotations.go). */
const VELERO = { "velero.io/csi-volumesnapshot-class": "true" } as const;

/** A class that Velero finds. */
export function snapshotClass(
    name: string,
    driver: string,
    parameters: Readonly<Record<string, string>>,
): Manifest {
    return {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshotClass",
        metadata: { name, labels: VELERO },
        driver,
        // A snapshot takes up space beside its volume: it goes when nobody asks for it any more.
        deletionPolicy: "Delete",
        parameters,
    };
}

/** As in rook v1.20.6: deploy/examples/csi; `clusterID` is the cluster's namespace. */
function cephSnapshotClass(name: string, namespace: string, kind: "rbd" | "cephfs"): Manifest {
    return snapshotClass(name, provisioner(namespace, kind), {
        clusterID: namespace,
        "csi.storage.k8s.io/snapshotter-secret-name": `rook-csi-${kind}-provisioner`,
        "csi.storage.k8s.io/snapshotter-secret-namespace": namespace,
    });
}

/** One class for each driver, named as the StorageClass of the driver. */
export function snapshotClasses(namespace: string): Manifest[] {
    return [
        cephSnapshotClass("ceph-block", namespace, "rbd"),
        cephSnapshotClass("ceph-filesystem", namespace, "cephfs"),
    ];
}
