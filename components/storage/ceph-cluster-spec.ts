/** The CephCluster as a custom resource. Pure: settings in, manifest out. */
import { cephLabels } from "../../operators/rook";
import { mutedCephWarnings } from "../../trust/ceph-warnings";
import { spread } from "../base/availability";
import type { ChartValue } from "../base/chart-renderer";
import type { Manifest } from "../base/object";
import { cephDiskPaths } from "../machines/disks";
import type { Site } from "../site";
import { daemonResources } from "./ceph-resources";
import { rookCeph } from "./rook-ceph";

/** Port of the dashboard without TLS, Rook's default. */
export const dashboardPort = 7000;

/** Name of the CephCluster; Rook's own examples and dashboards assume the namespace's. */
export const clusterName = "rook-ceph";

/**
 * Monitors decide by majority, so their number is odd whatever the profile: one where a single
 * copy is enough, else three.
 */
export function monitorCount(site: Site): number {
    return site.replicas("critical") === 1 ? 1 : 3;
}

/**
 * A monitor that is lost for ten minutes is replaced, and its successor stays where it came to be.
 * Two on one Proxmox host would be a majority there, so where every host has a second worker to
 * take its monitor, no other host does: the place stays empty until the host is back.
 */
function monitorSpread(site: Site): ChartValue[] {
    const perHost = new Map<string, number>();
    for (const { host } of site.nodes.filter(({ role }) => role === "worker")) {
        perHost.set(host, (perHost.get(host) ?? 0) + 1);
    }
    const counts = [...perHost.values()];
    const isBound = counts.length >= monitorCount(site) && counts.every((count) => count > 1);
    return spread(cephLabels.monitor, { waitsForItsHost: isBound });
}

/**
 * Disks by node. They are named by the interface they hang on, because the order of `/dev/sdX` is
 * not stable; on a cluster whose nodes the settings do not know, every empty second disk is taken.
 */
function storage({ nodes }: Site): object {
    const withDisks = nodes
        .map((node) => ({ name: node.name, paths: cephDiskPaths(node) }))
        .filter(({ paths }) => paths.length > 0);
    const selection =
        withDisks.length > 0
            ? {
                  useAllNodes: false,
                  nodes: withDisks.map(({ name, paths }) => ({
                      name,
                      devices: paths.map((path) => ({ name: path })),
                  })),
              }
            : { useAllNodes: true, deviceFilter: "^sd[b-z]$" };
    return {
        ...selection,
        useAllDevices: false,
        // dm-crypt below BlueStore; the keys are in the monitors. Needs LVM on the host, which
        // Talos has (siderolabs/talos@v1.13:Dockerfile copies lvm2 into its root).
        config: { encryptedDevice: "true" },
    };
}

/** Options of the monitors' configuration store. */
function cephConfig({ storage: { replication } }: Site): object {
    const singleCopy = {
        // Otherwise a cluster of one copy is never healthy and Rook waits for it forever.
        global: { osd_pool_default_size: "1", mon_warn_on_pool_no_redundancy: "false" },
    };
    return {
        ...(replication === 1 ? singleCopy : {}),
        // Ceph's default, written down because everything else relies on it.
        osd: { bluestore_csum_type: "crc32c" },
    };
}

/**
 * Type of the keys with which nodes mount volumes. Tentacle would make `aes256k`, which only kernels
 * from 7.0 on can use; Talos 1.13 runs 6.18 (rook v1.20.6: deploy/examples/cluster.yaml).
 */
const volumeKeyType = "aes";

/**
 * Control planes with Ceph disks: their taint is there as soon as there are workers, and Ceph is what
 * may run on them all the same.
 */
function onControlPlanes({ controlPlanes, workers }: Site): object {
    const closed = workers.length > 0;
    const used = controlPlanes.some((node) => cephDiskPaths(node).length > 0);
    const key = "node-role.kubernetes.io/control-plane";
    return closed && used
        ? { all: { tolerations: [{ key, operator: "Exists", effect: "NoSchedule" }] } }
        : {};
}

const probed = { mon: { disabled: false }, mgr: { disabled: false }, osd: { disabled: false } };
const checked = (interval: string) => ({ disabled: false, interval });

/** The cluster. */
export function cephCluster(site: Site, namespace: string): Manifest {
    return {
        apiVersion: "ceph.rook.io/v1",
        kind: "CephCluster",
        metadata: {
            name: clusterName,
            namespace,
            // Pools need running OSDs, and nothing else says that they run.
            annotations: { "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready" },
        },
        spec: {
            cephVersion: { image: rookCeph.images.ceph.reference, allowUnsupported: false },
            dataDirHostPath: "/var/lib/rook",
            mon: { count: monitorCount(site), allowMultiplePerNode: false },
            mgr: {
                count: site.replicas("serving"),
                allowMultiplePerNode: false,
                modules: [{ name: "rook", enabled: false }],
            },
            // The gateway ends TLS and asks who somebody is.
            dashboard: { enabled: true, ssl: false, port: dashboardPort },
            // The endpoints are on; the monitors of the monitoring stack select them later.
            monitoring: { enabled: false, metricsDisabled: false },
            network: {
                connections: {
                    encryption: { enabled: true },
                    compression: { enabled: false },
                    requireMsgr2: true,
                },
            },
            security: { cephx: { csi: { keyType: volumeKeyType } } },
            crashCollector: { disable: false, daysToRetain: 30 },
            // Logs go to the output; the collector would only rotate files, in a root container.
            logCollector: { enabled: false },
            storage: storage(site),
            cephConfig: cephConfig(site),
            placement: {
                ...onControlPlanes(site),
                mon: { topologySpreadConstraints: monitorSpread(site) },
                mgr: { topologySpreadConstraints: spread(cephLabels.manager) },
            },
            resources: daemonResources,
            priorityClassNames: {
                all: "system-cluster-critical",
                mon: "system-node-critical",
                osd: "system-node-critical",
                mgr: "system-cluster-critical",
            },
            disruptionManagement: { managePodBudgets: true, osdMaintenanceTimeout: 30 },
            healthCheck: {
                daemonHealth: {
                    mon: checked("45s"),
                    osd: checked("60s"),
                    status: checked("60s"),
                },
                livenessProbe: probed,
                startupProbe: probed,
                muteHealthWarning: Object.fromEntries(
                    mutedCephWarnings.map((warning) => [warning, { policy: "mute" }]),
                ),
            },
            skipUpgradeChecks: false,
            continueUpgradeAfterChecksEvenIfNotHealthy: false,
            upgradeOSDRequiresHealthyPGs: site.protect,
            removeOSDsIfOutAndSafeToRemove: false,
            // Empty: deleting the resource never wipes a disk.
            cleanupPolicy: { confirmation: "", allowUninstallWithVolumes: false },
        },
    };
}
