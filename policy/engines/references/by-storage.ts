/** References of storage classes: provisioner, pools and Secrets. */
import { isUnknown, readTree, type Tree } from "../../kernel/tree";
import type { Finder, Reference } from "./resolve";
import { valuesAt } from "./values";

const SECRET_NAME = "-secret-name";
const ROOK = "ceph.rook.io";

/** What parameters name, and in which namespace, for the drivers that Rook runs. */
function targets(provisioner: unknown, { clusterID, objectStoreNamespace }: Tree) {
    const isOf = (driver: string) =>
        typeof provisioner === "string" && provisioner.endsWith(`.${driver}.csi.ceph.com`);
    return [
        ["objectStoreName", `${ROOK}/CephObjectStore`, objectStoreNamespace],
        ["fsName", `${ROOK}/CephFilesystem`, clusterID],
        ...(isOf("rbd")
            ? ([
                  ["pool", `${ROOK}/CephBlockPool`, clusterID],
                  ["dataPool", `${ROOK}/CephBlockPool`, clusterID],
              ] as const)
            : []),
        ...(isOf("cephfs") ? ([["pool", `${ROOK}/CephFilesystem pool`, clusterID]] as const) : []),
    ] as const;
}

/** https://rook.io/docs/rook/v1.20/Storage-Configuration/Ceph-CSI/ceph-csi-drivers/ */
export const storageClass: Finder = (fact) => {
    const { provisioner, parameters: given } = fact.inputs;
    const parameters = readTree(given);
    const reference = (where: string, kind: string, namespace: unknown, name: unknown) =>
        ({ fact, where, kind, namespace, name }) satisfies Reference;
    return [
        ...(isUnknown(given) ? [reference("parameters", "/Secret", "", given)] : []),
        ...Object.entries(parameters)
            .filter(([key]) => key.endsWith(SECRET_NAME))
            .map(([key, name]) => {
                const namespace = parameters[key.replace(SECRET_NAME, "-secret-namespace")];
                return reference(`parameter ${key}`, "/Secret", namespace, name);
            }),
        ...targets(provisioner, parameters).flatMap(([key, kind, namespace]) =>
            namespace === undefined
                ? []
                : valuesAt(parameters, [key]).map((name) =>
                      reference(`parameter ${key}`, kind, namespace, name),
                  ),
        ),
        ...valuesAt(fact.inputs, ["provisioner"])
            .filter((name) => typeof name === "string" && !name.startsWith("kubernetes.io/"))
            .map((name) => reference("provisioner", "storage.k8s.io/CSIDriver", "", name)),
    ];
};
