import { z } from "zod";
import { type GuardedPage, none } from "../base/capabilities";
import { define } from "../base/definition";
import { atGateway } from "../base/oidc-client";
import { chart, image } from "../base/pins";
import {
    cephClusterAlerts,
    cephClusterObjectives,
    cephClusterScrapes,
} from "./ceph-cluster-alerts";
import { cephClusterDashboards } from "./ceph-cluster-dashboards";
import { cephDetailDashboards } from "./ceph-detail-dashboards";
import { rookOperatorAlerts, rookOperatorScrapes } from "./rook-operator-alerts";

/** State, pools and disks; it can also change them. */
export const dashboardPage: GuardedPage = {
    what: "the dashboard of Ceph",
    host: "ceph",
    guard: "second factor",
    groups: ["platform-admin", "storage-admin"],
};

/** Storage: Rook with its operators, and the Ceph cluster that they run. */
export const rookCeph = define({
    name: "rookCeph",
    layer: "storage",
    purpose: "Ceph: block devices, a shared file system and an S3 store on the nodes' disks",
    origin: "001, 002: block, file and object storage on own disks",
    charts: {
        rookCeph: chart("rook-ceph", "v1.20.6", "https://charts.rook.io/release"),
        cephCsiDrivers: chart(
            "ceph-csi-drivers",
            "1.0.4",
            "https://ceph.github.io/ceph-csi-operator",
        ),
    },
    // Rook 1.20 supports Squid and Tentacle.
    images: { ceph: image("quay.io/ceph/ceph", "v20.2.4") },
    settings: {
        toolbox: z
            .boolean()
            .default(false)
            .describe("the toolbox pod has the admin key: only while somebody works with it"),
    },
    capabilities: {
        metrics: [...rookOperatorScrapes, ...cephClusterScrapes],
        alerts: [...rookOperatorAlerts, ...cephClusterAlerts],
        objectives: cephClusterObjectives,
        dashboards: [...cephClusterDashboards, ...cephDetailDashboards],
        routes: [dashboardPage],
        signOn: atGateway(
            "the dashboard has an account of its own, `admin`, whose password Rook keeps in the Secret rook-ceph-dashboard-password",
        ),
        backup: none("volumes are kept by those who own them; the cluster itself is made anew"),
        sizing: { by: "one OSD for each disk of the settings; daemons follow the profile" },
        flows: "declared",
        retention: [{ what: "reports of crashed daemons", for: "30d" }],
    },
    check: (_own, { nodes, cluster, storage }) => {
        const count = nodes.filter(({ disks }) =>
            disks.some(({ purpose }) => purpose === "ceph"),
        ).length;
        return cluster.source !== "proxmox" || count >= storage.replication
            ? []
            : [
                  {
                      key: "storage.replication",
                      found: String(storage.replication),
                      allowed: `at most the number of nodes with a ceph disk (${count})`,
                  },
              ];
    },
});
