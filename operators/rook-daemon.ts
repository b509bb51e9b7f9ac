/** What Rook does alike for all daemons (v1.20.6: pkg/operator/ceph/controller). */
import type { Labels, MadePods, Port, Reach, Resource, Tree } from "./behaviour";
import { container, tcp } from "./pods";
import { listAt, namespaceOf, present } from "./values";

/** Labels by which selectors find the daemons of a Ceph cluster. */
export const cephLabels = {
    monitor: { app: "rook-ceph-mon" },
    manager: { app: "rook-ceph-mgr" },
    storage: { app: "rook-ceph-osd" },
    gateway: (store: string): Labels => ({ app: "rook-ceph-rgw", rgw: store }),
} as const;

/** Ports of the daemons: monitors by the second version of the messenger, all others in a range. */
export const cephPorts = {
    monitor: [tcp(3300, "tcp-msgr2")],
    daemon: [{ port: 6800, endPort: 7568 }],
    /** Inside the pod the gateway never listens on a privileged port. */
    gateway: { http: 8080, https: 8443 },
} as const satisfies Record<string, readonly Port[] | Readonly<Record<string, number>>>;

/** The monitors, whom every client of Ceph asks. */
export const MONITORS: Reach = {
    pods: cephLabels.monitor,
    ports: cephPorts.monitor,
    why: "every Ceph client asks the monitors",
};
/** The daemons of the disks. */
export const STORAGE: Reach = {
    pods: cephLabels.storage,
    ports: [{ port: 6800 }],
    why: "data lies in the OSDs",
};

/** k8sutil.AddUnreachableNodeToleration. */
export const LEAVES_SOON = {
    key: "node.kubernetes.io/unreachable",
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: 5,
};

/** `placement.all` below the daemon's own (cephv1.Placement.Merge, ApplyToPodSpec). */
export function placement(all: Tree, own: Tree): Tree {
    const merged = { ...all, ...own };
    const affinity = present({
        nodeAffinity: merged.nodeAffinity,
        podAffinity: merged.podAffinity,
        podAntiAffinity: merged.podAntiAffinity,
    });
    return present({
        affinity,
        tolerations: [...listAt(all, "tolerations"), ...listAt(own, "tolerations")],
        topologySpreadConstraints: merged.topologySpreadConstraints,
    });
}

/** What all pods of a Ceph daemon have in common. */
export function daemon(
    resource: Resource,
    role: string,
    resources: unknown,
    rules: Tree,
    others: readonly Tree[] = [],
): Pick<MadePods, "part" | "name" | "labels" | "pod" | "ports"> {
    const app = `rook-ceph-${role}`;
    return {
        part: role,
        name: app,
        labels: { app, rook_cluster: namespaceOf(resource) },
        pod: {
            ...rules,
            initContainers: [container("init", resources)],
            containers: [container(role, resources), ...others],
        },
        ports: [],
    };
}
