/**
 * A stand-in for the storage: gives every claim a volume as its provisioner would, at once or, where
 * the class waits for a pod, when the scheduler has chosen the pod's node. Binding is the real
 * controller's. Which nodes can reach a volume, and how long attaching takes, is not simulated.
 */
import type { Manifest } from "../components/base/object";
import { readList, readString, readTree } from "../policy/kernel/tree";
import type { Kubernetes, LiveObject } from "../kubernetes-client/kubernetes";

/** Set by the scheduler (kubernetes: pkg/volume/util, AnnSelectedNode). */
const SELECTED_NODE = "volume.kubernetes.io/selected-node";
/** Of the claim's class, set by the API server for the default class too. */
const classOf = (claim: LiveObject) => readString(claim, "spec", "storageClassName") ?? "";

/** Whether the provisioner would make a volume now. */
export function isWanted(claim: LiveObject, storageClass: LiveObject): boolean {
    const { annotations = {}, deletionTimestamp } = claim.metadata;
    const waits = storageClass.volumeBindingMode === "WaitForFirstConsumer";
    return (
        deletionTimestamp === undefined &&
        readString(claim, "spec", "volumeName") === undefined &&
        (!waits || annotations[SELECTED_NODE] !== undefined)
    );
}

/** The volume of a claim. */
export function volumeFor(claim: LiveObject, storageClass: LiveObject): Manifest {
    const { name, namespace, uid } = claim.metadata;
    const { apiVersion, kind } = { apiVersion: "v1", kind: "PersistentVolumeClaim" };
    return {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: {
            name: `pvc-${uid}`,
            annotations: {
                "pv.kubernetes.io/provisioned-by": String(storageClass.provisioner),
            },
        },
        spec: {
            accessModes: readList(claim, "spec", "accessModes"),
            capacity: readTree(claim, "spec", "resources", "requests"),
            claimRef: { apiVersion, kind, name, namespace, uid },
            csi: { driver: storageClass.provisioner, volumeHandle: uid },
            persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
            storageClassName: storageClass.metadata.name,
            volumeMode: readString(claim, "spec", "volumeMode") ?? "Filesystem",
        },
    };
}

/**
 * Begins to provision.
 *
 * @param fail told when a volume could not be made
 * @returns ends it
 */
export async function provisionVolumes(
    kubernetes: Kubernetes,
    fail: (error: Error) => void,
): Promise<() => Promise<void>> {
    const classes = new Map<string, LiveObject>();
    const waiting = new Map<string, LiveObject>();
    const provided = new Set<string>();
    const consider = (claim: LiveObject) => {
        const storageClass = classes.get(classOf(claim));
        const { uid } = claim.metadata;
        if (storageClass === undefined || provided.has(uid) || !isWanted(claim, storageClass)) {
            return;
        }
        provided.add(uid);
        kubernetes.create(volumeFor(claim, storageClass)).catch(fail);
    };
    const ends = [
        await kubernetes.watch("storage.k8s.io/v1", "StorageClass", (storageClass) => {
            classes.set(storageClass.metadata.name, storageClass);
            waiting.forEach(consider);
        }),
        await kubernetes.watch("v1", "PersistentVolumeClaim", (claim, gone) => {
            if (gone) {
                waiting.delete(claim.metadata.uid);
            } else {
                waiting.set(claim.metadata.uid, claim);
                consider(claim);
            }
        }),
    ];
    return async () => {
        await Promise.all(ends.map((end) => end()));
    };
}
