/** What the Ceph daemons may use, and what their namespace must admit. Pure. */
import { type ContainerResources, resources } from "../base/containers";
import type { Quota } from "../base/tiers";
import type { Site } from "../site";

/**
 * Resources by daemon, under the keys of `CephCluster.spec.resources`
 * (rook v1.20.6:pkg/apis/ceph.rook.io/v1/resources.go). The defaults of Rook's chart ask a whole
 * CPU for each daemon, which four nodes of eight cores cannot give.
 */
export const daemonResources = {
    mon: resources("250m", "1Gi", "2Gi"),
    mgr: resources("250m", "768Mi", "1536Mi"),
    "mgr-sidecar": resources("20m", "64Mi", "192Mi"),
    // Rook derives `osd_memory_target` from the limit; below 4 GiB the cache stops being one.
    osd: resources("500m", "4Gi", "4Gi"),
    // A burst that must not be killed; 1200 MiB are known to suffice for devices up to 15 TiB.
    prepareosd: resources("250m", "256Mi", "1536Mi"),
    crashcollector: resources("10m", "64Mi", "128Mi"),
    exporter: resources("20m", "64Mi", "192Mi"),
    cleanup: resources("100m", "128Mi", "1Gi"),
    "cmd-reporter": resources("100m", "128Mi", "1Gi"),
} as const satisfies Record<string, ContainerResources>;

/** Metadata server of the file system; half of the limit becomes its cache. */
export const metadataServerResources = resources("250m", "1Gi", "2Gi");

/** Gateway of the object store. */
export const gatewayResources = resources("250m", "512Mi", "1Gi");

/** Nodes that hold OSDs, each with its number of disks. */
function diskCount({ nodes }: Site): number {
    return nodes.flatMap(({ disks }) => disks.filter(({ purpose }) => purpose === "ceph")).length;
}

/**
 * Quota of the namespace: what does not grow, and for each OSD its own 4 GiB plus the job that
 * prepares it. Without a node list the tier's own quota stays.
 */
export function cephQuota(site: Site): Quota {
    const osds = diskCount(site);
    return osds === 0
        ? {}
        : {
              "requests.cpu": String(16 + osds),
              "requests.memory": `${24 + 6 * osds}Gi`,
              "limits.memory": `${56 + 8 * osds}Gi`,
          };
}
