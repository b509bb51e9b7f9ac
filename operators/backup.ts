/** Backups of namespaces and snapshots of volumes. */
import type { Behaviour, MadePods, Resource, Tree } from "./behaviour";
import { keyOf, named } from "./names";
import { container } from "./pods";
import { isTree, labelsAt, present, textAt, treeAt } from "./values";

/**
 * Programs, by the path of their image, that may make anything and make only what a person has them
 * restore: what was there before, under the names that it had.
 */
export const restorers: readonly string[] = ["velero/velero"];

const velero = "velero v1.18.1: pkg/apis/velero/v1";
const snapshots = "external-snapshotter v8.6.0: client/apis/volumesnapshot/v1";
const LOCATION = "velero.io/BackupStorageLocation";

const movers = "velero v1.18.1: pkg/exposer/csi_snapshot.go, pkg/types/node_agent.go";

function parsed(text: unknown): Tree {
    try {
        const value: unknown = JSON.parse(String(text));
        return isTree(value) ? value : {};
    } catch {
        return {};
    }
}

/**
 * Annotation of a location: what the agents' ConfigMap says of the pods that they make, as JSON. A
 * flag of theirs names the ConfigMap, and no resource of Velero does.
 */
export const dataMoverAnnotation = "backup.platform/data-movers";

/** Pods that move data at a time, on all nodes, before others wait to be prepared. */
const AT_A_TIME = 2;

/** Quantities of `podResources`; `0` stands for none. */
function quantities(resources: Tree, suffix: "Request" | "Limit"): Tree {
    const of = (start: string) => {
        const text = textAt(resources, `${start}${suffix}`);
        return text === "0" ? undefined : text;
    };
    return present({
        cpu: of("cpu"),
        memory: of("memory"),
        "ephemeral-storage": of("ephemeralStorage"),
    });
}

/**
 * What moves the data of volumes: a pod for each, made by the agent of a node, which does one after
 * the other. They are pods of DataUploads and DataDownloads, which exist while a backup or a restore
 * runs; the location is what all of them write to or read from.
 */
function dataMovers(location: Resource): MadePods[] {
    const annotation = textAt(location, "metadata", "annotations", dataMoverAnnotation);
    if (annotation === undefined) {
        return [];
    }
    const configuration = parsed(annotation);
    const resources = treeAt(configuration, "podResources");
    return [
        {
            part: "data movers",
            name: `${location.metadata.name}-data-mover`,
            labels: {
                ...labelsAt(configuration, "podLabels"),
                "velero.io/exposer-pod-group": "snapshot-exposer",
            },
            count: AT_A_TIME,
            passing: true,
            pod: present({
                containers: [
                    container("data-mover", {
                        requests: quantities(resources, "Request"),
                        limits: quantities(resources, "Limit"),
                    }),
                ],
                priorityClassName: textAt(configuration, "priorityClassName"),
            }),
            ports: [],
            usesApi: true,
        },
    ];
}

/** The rooms of the kinds. The server makes backups itself. */
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
        source: movers,
        pods: dataMovers,
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
