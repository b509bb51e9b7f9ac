/** Backups of namespaces and snapshots of volumes. */
import type { Behaviour } from "./behaviour";
import { keyOf, named } from "./names";

const velero = "velero v1.18.1: pkg/apis/velero/v1";
const snapshots = "external-snapshotter v8.6.0: client/apis/volumesnapshot/v1";
const LOCATION = "velero.io/BackupStorageLocation";

/**
 * The rooms of the kinds. The server makes backups itself; what moves volumes are pods of
 * DataUploads and PodVolumeBackups, which it writes while a backup runs, not of these.
 */
export const backup: readonly Behaviour[] = [
    {
        kind: "velero.io/Schedule",
        source: velero,
        names: named(LOCATION, "spec.template.storageLocation"),
        retention: { what: "Backups of namespaces, by tier", path: "spec.template.ttl" },
    },
    { kind: "velero.io/Backup", source: velero, names: named(LOCATION, "spec.storageLocation") },
    {
        kind: LOCATION,
        source: velero,
        names: [...keyOf("spec", ["credential"]), ...keyOf("spec.objectStorage", ["caCertRef"])],
    },
    {
        kind: "velero.io/VolumeSnapshotLocation",
        source: velero,
        names: keyOf("spec", ["credential"]),
    },
    {
        kind: "velero.io/Restore",
        source: velero,
        names: [
            ...named("velero.io/Backup", "spec.backupName"),
            ...named("velero.io/Schedule", "spec.scheduleName"),
        ],
    },
    {
        kind: "snapshot.storage.k8s.io/VolumeSnapshot",
        source: snapshots,
        names: [
            ...named("/PersistentVolumeClaim", "spec.source.persistentVolumeClaimName"),
            ...named("snapshot.storage.k8s.io/VolumeSnapshotClass", "spec.volumeSnapshotClassName"),
        ],
    },
];
