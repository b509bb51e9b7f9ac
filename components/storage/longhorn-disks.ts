/** Which nodes hold copies of Longhorn's volumes, and whether they are enough. Pure. */
import type { Fault } from "../base/definition";
import type { Site } from "../site";
import type { SiteConfiguration } from "../site-schema";
import type { LonghornScale } from "./longhorn-values";

type Nodes = SiteConfiguration["nodes"];

/** Nodes with a disk for it. */
function withDisk(nodes: Nodes): Nodes {
    return nodes.filter(({ disks }) => disks.some(({ purpose }) => purpose === "longhorn"));
}

/**
 * Disks that are too few, or on nodes where nothing of it runs. Of a cluster that is there already
 * nobody lists disks: there they are whoever made it's affair.
 */
export function longhornDiskFaults({
    cluster,
    nodes,
    storage,
}: Pick<SiteConfiguration, "cluster" | "nodes" | "storage">): Fault[] {
    if (cluster.source !== "proxmox") {
        return [];
    }
    const hasWorkers = nodes.some(({ role }) => role === "worker");
    const idle = hasWorkers ? withDisk(nodes.filter(({ role }) => role === "controlPlane")) : [];
    const usable = withDisk(nodes).length - idle.length;
    return [
        ...idle.map(({ name }) => ({
            key: `nodes[${nodes.findIndex((node) => node.name === name)}].disks`,
            found: `a longhorn disk on the control plane ${name}`,
            allowed: "disks with purpose longhorn on workers alone: Longhorn runs where pods do",
        })),
        ...(usable >= storage.replication
            ? []
            : [
                  {
                      key: "systems.longhorn.enabled",
                      found: `true, and ${usable === 0 ? "no node has" : `${usable} of the nodes where pods run have`} a disk for it`,
                      allowed: `a disk with purpose longhorn on at least ${storage.replication} nodes (storage.replication), one for each copy of a volume`,
                  },
              ]),
    ];
}

/** How much of what there is. */
export function longhornScale(site: Site): LonghornScale {
    const copies = site.storage.replication;
    const hosts = new Set(withDisk(site.nodes).map(({ host }) => host));
    // Nobody knows the hosts of a cluster that was there already.
    return { replicas: site.replicas("serving"), copies, sharesHosts: hosts.size < copies };
}
