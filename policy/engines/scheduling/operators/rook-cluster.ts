/** Pods that Rook makes of a CephCluster (rook v1.20.6: pkg/operator/ceph/cluster). */
import { readList, readString, readTree, type Tree } from "../../../kernel/tree";
import type { ClusterNode } from "../nodes";
import { podSet, type PodSet } from "../pod-set";
import { apart, joinAntiAffinity, part, present } from "./placement";
import { daemon, LEAVES_SOON, type ObjectOf, placement, withTolerations } from "./rook-daemon";

function hostNetwork(cluster: Tree): boolean {
    const network = readTree(cluster, "spec", "network");
    return network.provider === "host" || network.hostNetwork === true;
}

/** What the log collector adds to every daemon, unless it is off. */
function collector(cluster: Tree): Tree[] {
    return readTree(cluster, "spec", "logCollector").enabled === true
        ? [part("log-collector", readTree(cluster, "spec", "resources").logcollector)]
        : [];
}

/** How many disks Rook takes on each node. */
function disks(cluster: Tree, nodes: readonly ClusterNode[]): [node: string, count: number][] {
    const storage = readTree(cluster, "spec", "storage");
    const sizes = new Map(nodes.map(({ name, storage: own }) => [name, own.length]));
    if (storage.useAllNodes === true) {
        return [...sizes].filter(([, count]) => count > 0);
    }
    return readList(storage, "nodes").map((node) => {
        const name = readString(node, "name") ?? "";
        const devices = readList(node, "devices").length;
        return [name, devices > 0 ? devices : (sizes.get(name) ?? 0)];
    });
}

/** cluster/mon, cluster/mgr, cluster/osd and cluster/nodedaemon. */
export function cephClusterPods(fact: ObjectOf, nodes: readonly ClusterNode[]): PodSet[] {
    const { inputs, object } = fact;
    const { namespace = "default" } = object;
    const spec = readTree(inputs, "spec");
    const resources = readTree(spec, "resources");
    const classes = readTree(spec, "priorityClassNames");
    const places = readTree(spec, "placement");
    const all = readTree(places, "all");
    const logs = collector(inputs);
    const host = present({ hostNetwork: hostNetwork(inputs) ? true : undefined });
    const base = (role: string): Tree => ({
        ...host,
        ...placement(all, readTree(places, role)),
        ...present({ priorityClassName: classes[role] ?? classes.all }),
    });

    const monitors = Number(readTree(spec, "mon").count ?? 3);
    const monitor = base("mon");
    const sharesNode = (kind: string) => readTree(spec, kind).allowMultiplePerNode === true;
    const mon = podSet({
        ...daemon(
            fact,
            "mon",
            resources.mon,
            {
                ...monitor,
                affinity: joinAntiAffinity(
                    readTree(monitor, "affinity"),
                    apart({ app: "rook-ceph-mon" }, !sharesNode("mon")),
                ),
            },
            logs,
        ),
        count: monitors,
        // A canary finds a node for each monitor first.
        most: monitors * 2,
    });

    const managers = Number(readTree(spec, "mgr").count ?? 1);
    const manager = withTolerations(base("mgr"), LEAVES_SOON);
    const mgrLabels = { app: "rook-ceph-mgr", rook_cluster: namespace };
    const mgr = podSet({
        ...daemon(
            fact,
            "mgr",
            resources.mgr,
            managers > 1
                ? {
                      ...manager,
                      affinity: joinAntiAffinity(
                          readTree(manager, "affinity"),
                          apart(mgrLabels, !sharesNode("mgr")),
                      ),
                  }
                : manager,
            [...(managers > 1 ? [part("watch-active", resources["mgr-sidecar"])] : []), ...logs],
        ),
        count: managers,
    });

    const pin = (node: string): Tree => ({ nodeSelector: { "kubernetes.io/hostname": node } });
    const storageNodes = disks(inputs, nodes);
    const osds = storageNodes.flatMap(([node, count]) => [
        podSet({
            ...daemon(fact, "osd", resources.osd, { ...base("osd"), ...pin(node) }, logs),
            key: `${fact.key} osd of ${node}`,
            count,
            local: true,
        }),
        podSet({
            ...daemon(fact, "osd-prepare", resources.prepareosd, {
                ...base("prepareosd"),
                ...pin(node),
            }),
            key: `${fact.key} osd-prepare of ${node}`,
            count: 1,
            local: true,
        }),
    ]);
    // They run on every node that has a pod of Ceph, which may be any that admits one.
    const perNode = [
        ["crashcollector", "crashCollector"],
        ["exporter", "cephExporter"],
    ].map(([role = "", switched = ""]) => {
        const isOff =
            role === "crashcollector"
                ? readTree(spec, switched).disable === true
                : readTree(spec, "monitoring").metricsDisabled === true;
        return podSet({
            ...daemon(fact, role, resources[role], {
                ...host,
                ...present({
                    priorityClassName: classes[role] ?? classes.all,
                    tolerations: readList(all, "tolerations"),
                }),
            }),
            count: isOff ? 0 : 1,
            perNode: !isOff,
            local: true,
        });
    });
    const job = (role: string, container: unknown, count: number) =>
        podSet({
            ...daemon(fact, role, container, placement(all, {})),
            count: role === "crash-pruner" ? count : 0,
            most: count,
            passing: role !== "crash-pruner",
        });
    const retains = Number(readTree(spec, "crashCollector").daysToRetain ?? 0) > 0;
    return [
        mon,
        mgr,
        ...osds,
        ...perNode,
        job("crash-pruner", resources.crashcollector, retains ? 1 : 0),
        job("detect-version", resources["cmd-reporter"], 1),
    ].filter(({ most }) => most > 0);
}
