/** Pods that Rook and the operator of its CSI drivers make. */
import { read, readString, type Tree } from "../../kernel/tree";
import { nameOf, type OperatedPods, type Port, tcp } from "./operated";

const CEPH_MON = [tcp(3300, "tcp-msgr2")];
const CEPH_DAEMONS: readonly Port[] = [{ port: 6800, endPort: 7568 }];
const MONITORS = {
    pods: { app: "rook-ceph-mon" },
    ports: CEPH_MON,
    why: "every Ceph client asks the monitors",
};
const STORAGE = {
    pods: { app: "rook-ceph-osd" },
    ports: [{ port: 6800 }],
    why: "data lies in the OSDs",
};

/** rook v1.20: `pkg/operator/ceph/cluster`, `pkg/operator/ceph/controller/label.go`. */
export function ceph(inputs: Tree): OperatedPods[] {
    const onHosts = readString(inputs, "spec", "network", "provider") === "host";
    const daemon = (
        app: string,
        ports: readonly Port[],
        more: Partial<OperatedPods> = {},
    ): OperatedPods => ({
        part: app.replace("rook-ceph-", ""),
        labels: { app, rook_cluster: readString(inputs, "metadata", "namespace") ?? "" },
        ports,
        ...(onHosts ? { hostNetwork: true } : {}),
        ...more,
    });
    const legacy = read(inputs, ["spec", "network", "connections", "requireMsgr2"]);
    const v1 = legacy.state === "known" && legacy.value === true ? [] : [tcp(6789, "tcp-msgr1")];
    return [
        daemon("rook-ceph-mon", [...CEPH_MON, ...v1], {
            reaches: [MONITORS],
            // The operator runs `ceph`: `pkg/daemon/ceph/client/command.go`.
            operatorReaches: CEPH_MON,
        }),
        daemon(
            "rook-ceph-mgr",
            [...CEPH_DAEMONS, tcp(9283, "http-metrics"), tcp(8443, "dashboard")],
            {
                reaches: [MONITORS, STORAGE],
                usesApi: true,
                variants: [{ mgr_role: "active" }, { mgr_role: "standby" }],
            },
        ),
        daemon("rook-ceph-osd", CEPH_DAEMONS, { reaches: [MONITORS, STORAGE] }),
        daemon("rook-ceph-osd-prepare", [], { reaches: [MONITORS], usesApi: true }),
        daemon("rook-ceph-crashcollector", [], { reaches: [MONITORS] }),
        daemon("rook-ceph-exporter", [tcp(9926, "ceph-exporter-http-metrics")]),
    ];
}

/** rook v1.20: `pkg/operator/ceph/file/mds`, `pkg/operator/ceph/object/spec.go`. */
export function filesystem(inputs: Tree): OperatedPods[] {
    const labels = { app: "rook-ceph-mds", rook_file_system: nameOf(inputs) };
    return [{ part: "mds", labels, ports: CEPH_DAEMONS, reaches: [MONITORS, STORAGE] }];
}

export function objectStore(inputs: Tree): OperatedPods[] {
    const labels = { app: "rook-ceph-rgw", rgw: nameOf(inputs), rook_object_store: nameOf(inputs) };
    // Inside the pod the gateway never listens on a privileged port.
    const ports = [tcp(8080, "http"), tcp(8443, "https")];
    return [{ part: "rgw", labels, ports, reaches: [MONITORS, STORAGE] }];
}

/** ceph-csi-operator v0.4: `internal/controller/driver_controller.go`. */
export function csiDriver(inputs: Tree): OperatedPods[] {
    const app = (plugin: string) => ({ app: `${nameOf(inputs)}-${plugin}` });
    return [
        {
            part: "controller plugin",
            labels: app("ctrlplugin"),
            ports: [],
            usesApi: true,
            reaches: [MONITORS, STORAGE],
        },
        {
            part: "node plugin",
            labels: app("nodeplugin"),
            ports: [],
            hostNetwork: true,
            // It mounts volumes with the kernel of its node.
            reaches: [MONITORS, STORAGE],
        },
    ];
}
