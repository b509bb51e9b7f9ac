/** What the volumes of a pod say about where it may run. */
import type { Facts } from "../../kernel/facts";
import { isTree, readList, readString, readTree, type Tree } from "../../kernel/tree";
import { nodeSelectorSelects, type Selectable, termSelects } from "./label-selector";

/** A disk that pods share only when all of them merely read it. */
export interface SharedDisk {
    readonly id: string;
    readonly readOnly: boolean;
}

/** The constraints of a pod's volumes. */
export interface PodVolumes {
    /** Claims that one pod in the whole cluster may use at a time. */
    readonly exclusive: readonly string[];
    /** Disks that one pod on each node may write to (plugins/volumerestrictions). */
    readonly disks: readonly SharedDisk[];
    /** Whether the volumes can be had on the node. */
    readonly reach: (node: Selectable) => boolean;
}

/** The volumes of no pod. */
export const NO_VOLUMES: PodVolumes = { exclusive: [], disks: [], reach: () => true };

function disksOf(volume: Tree): SharedDisk[] {
    const of = (field: string): Tree | undefined =>
        isTree(volume[field]) ? volume[field] : undefined;
    const [gce, aws, iscsi, rbd] = [
        of("gcePersistentDisk"),
        of("awsElasticBlockStore"),
        of("iscsi"),
        of("rbd"),
    ];
    return [
        ...(gce ? [{ id: `gce/${String(gce.pdName)}`, readOnly: gce.readOnly === true }] : []),
        ...(aws ? [{ id: `aws/${String(aws.volumeID)}`, readOnly: false }] : []),
        ...(iscsi ? [{ id: `iscsi/${String(iscsi.iqn)}`, readOnly: iscsi.readOnly === true }] : []),
        // One id for each monitor: images are the same when they share one.
        ...(rbd
            ? readList(rbd, "monitors").map((monitor) => ({
                  id: `rbd/${String(monitor)}/${readString(rbd, "pool") ?? "rbd"}/${String(rbd.image)}`,
                  readOnly: rbd.readOnly === true,
              }))
            : []),
    ];
}

/** Whether a class can make a volume for the node; classes without topologies can for all. */
function isAllowed(storageClass: Tree | undefined, node: Selectable): boolean {
    const topologies = readList(storageClass, "allowedTopologies");
    return (
        topologies.length === 0 ||
        topologies.some((term) =>
            termSelects(
                {
                    matchExpressions: readList(term, "matchLabelExpressions").map((expression) => ({
                        ...readTree(expression),
                        operator: "In",
                    })),
                },
                node,
            ),
        )
    );
}

/** Looks the claims of pods up among the objects of the stack. */
export function volumesOf(facts: Facts): (namespace: string, spec: Tree) => PodVolumes {
    const index = (group: string, kind: string) =>
        new Map(
            facts
                .objects(group, kind)
                .map(({ object, inputs }) => [
                    [object.namespace, object.name].filter(Boolean).join("/"),
                    inputs,
                ]),
        );
    const claims = index("", "PersistentVolumeClaim");
    const volumes = index("", "PersistentVolume");
    const classes = index("storage.k8s.io", "StorageClass");
    return (namespace, spec) => {
        const trees = readList(spec, "volumes").filter(isTree);
        const found = trees.flatMap((volume) => {
            const name = readString(volume, "persistentVolumeClaim", "claimName");
            const claim = name === undefined ? undefined : claims.get(`${namespace}/${name}`);
            return claim === undefined ? [] : [{ id: `${namespace}/${name ?? ""}`, claim }];
        });
        const disks = trees.flatMap(disksOf);
        if (found.length === 0 && disks.length === 0) {
            return NO_VOLUMES;
        }
        return {
            disks,
            exclusive: found
                .filter(({ claim }) =>
                    readList(claim, "spec", "accessModes").includes("ReadWriteOncePod"),
                )
                .map(({ id }) => id),
            reach: (node) =>
                found.every(({ claim }) => {
                    const bound = volumes.get(readString(claim, "spec", "volumeName") ?? "");
                    return bound === undefined
                        ? isAllowed(
                              classes.get(readString(claim, "spec", "storageClassName") ?? ""),
                              node,
                          )
                        : nodeSelectorSelects(bound, ["spec", "nodeAffinity", "required"], node);
                }),
        };
    };
}
