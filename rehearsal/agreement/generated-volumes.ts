/**
 * Random claims with the volumes that they are bound to. Binding is done here, as no controller and
 * no provisioner runs: the scheduler sees volumes that exist. Pure.
 */
import type { Manifest } from "../../components/base/object";
import type { Tree } from "../../policy/kernel/tree";
import type { Dice } from "./dice";
import { HOSTNAME, ZONE } from "./generated-nodes";

/** Set when a claim and a volume are bound to each other (pkg/controller/volume/persistentvolume). */
const BOUND = { "pv.kubernetes.io/bind-completed": "yes" };
const STORAGE_CLASS = "standing";

/** A claim and its volume, bound. */
export function boundClaim(
    namespace: string,
    name: string,
    accessMode: string,
    nodeAffinity?: Tree,
): Manifest[] {
    const volume = `${namespace}-${name}`;
    const common = { accessModes: [accessMode], storageClassName: STORAGE_CLASS };
    return [
        {
            apiVersion: "v1",
            kind: "PersistentVolume",
            metadata: { name: volume },
            spec: {
                ...common,
                capacity: { storage: "1Gi" },
                claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name },
                csi: { driver: "csi.example", volumeHandle: volume },
                persistentVolumeReclaimPolicy: "Retain",
                ...(nodeAffinity === undefined ? {} : { nodeAffinity }),
            },
        },
        {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { namespace, name, annotations: BOUND },
            spec: {
                ...common,
                resources: { requests: { storage: "1Gi" } },
                volumeName: volume,
            },
        },
    ];
}

/** Where a volume can be reached from: some zones, or one node. */
function location(dice: Dice, nodes: readonly string[]): Tree {
    const expression = dice.happens(0.7)
        ? {
              key: ZONE,
              operator: "In",
              values: dice.shuffled(["zone-1", "zone-2", "zone-3"]).slice(1),
          }
        : { key: HOSTNAME, operator: "In", values: dice.shuffled(nodes).slice(0, 2) };
    return { required: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } };
}

/** A claim that all pods of a kind share: for one pod at a time, or bound to a place, or neither. */
export function generateClaim(
    dice: Dice,
    namespace: string,
    app: string,
    nodes: readonly string[],
): { volumes: Tree[]; objects: Manifest[]; isExclusive: boolean } {
    const name = `${app}-shared`;
    const accessMode = dice.one(["ReadWriteOncePod", "ReadWriteMany"]);
    const isPlaced = accessMode === "ReadWriteMany" || dice.happens(0.5);
    return {
        isExclusive: accessMode === "ReadWriteOncePod",
        volumes: [{ name: "shared", persistentVolumeClaim: { claimName: name } }],
        objects: boundClaim(
            namespace,
            name,
            accessMode,
            isPlaced ? location(dice, nodes) : undefined,
        ),
    };
}
