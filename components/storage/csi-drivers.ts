/** Values of the chart ceph-csi-drivers. Pure. */
import { csiControllerLabels } from "../../operators/ceph-csi";
import { keepApart } from "../base/availability";
import type { ChartValue, ChartValues } from "../base/chart-renderer";

/** Which kind of volume a driver serves. */
type DriverKind = "rbd" | "cephfs" | "nfs" | "nvmeof";

/** Names of the drivers as provisioners: Rook puts the operator's namespace first. */
export function provisioner(namespace: string, kind: DriverKind): string {
    return `${namespace}.${kind}.csi.ceph.com`;
}

const plugin = { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } };
const sidecar = { requests: { cpu: "10m", memory: "48Mi" }, limits: { memory: "192Mi" } };

/** What the drivers are made for. */
export interface DriverNeeds {
    /** The operator's namespace, which the driver names start with. */
    readonly namespace: string;
    readonly replicas: number;
    /** Whether the cluster has the CRDs of snapshots. */
    readonly snapshots: boolean;
}

function driver(kind: DriverKind, { namespace, replicas, snapshots }: DriverNeeds): ChartValue {
    return {
        enabled: true,
        name: provisioner(namespace, kind),
        // The sidecar for snapshots crashes while the cluster has no snapshot CRDs.
        snapshotPolicy: snapshots ? "volumeSnapshot" : "none",
        // Logs go to the container's output like all others, not to files on the node, which would
        // also need a privileged container to rotate them.
        log: { verbosity: 0, rotation: { enabled: false } },
        nodePlugin: {
            priorityClassName: "system-node-critical",
            resources: { plugin, registrar: sidecar },
        },
        controllerPlugin: {
            replicas,
            affinity: keepApart(csiControllerLabels(provisioner(namespace, kind))),
            priorityClassName: "system-cluster-critical",
            resources: {
                plugin,
                provisioner: sidecar,
                resizer: sidecar,
                attacher: sidecar,
                ...(snapshots ? { snapshotter: sidecar } : {}),
            },
        },
    };
}

/** Values that run the block and the file driver. */
export function csiDriverValues(needs: DriverNeeds): ChartValues {
    const { namespace } = needs;
    return {
        operatorConfig: {
            namespace,
            driverSpecDefaults: {
                // Written by the chart of the operator, with the images that it was tested with.
                imageSet: { name: "rook-csi-operator-image-set-configmap" },
                log: { verbosity: 0, rotation: { enabled: false } },
            },
        },
        drivers: {
            rbd: driver("rbd", needs),
            cephfs: driver("cephfs", needs),
            nfs: { enabled: false, name: provisioner(namespace, "nfs") },
            nvmeof: { enabled: false, name: provisioner(namespace, "nvmeof") },
        },
    };
}
