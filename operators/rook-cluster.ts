/** Pods that Rook makes of a CephCluster (v1.20.6: pkg/operator/ceph/cluster). */
import type { MadePods, Resource, Surroundings, Tree } from "./behaviour";
import { apart, claimOf, container, joinAntiAffinity, tcp, withTolerations } from "./pods";
import { cephPorts, daemon, LEAVES_SOON, MONITORS, placement, STORAGE } from "./rook-daemon";
import { namespaceOf, numberAt, present, textAt, treeAt, treesAt } from "./values";

/** cluster/cluster.go and mon/mon.go, DefaultMonCount. */
const MONITOR_COUNT = 3;

/** How many monitors a CephCluster has. */
export function monitorsOf(spec: unknown): number {
    const count = numberAt(MONITOR_COUNT, spec, "mon", "count");
    return count === 0 ? MONITOR_COUNT : count;
}

/** Where the dashboard listens; the default depends on TLS (mgr/dashboard.go). */
export function dashboardPort(dashboard: Tree): number {
    return numberAt(0, dashboard, "port") || (dashboard.ssl === true ? 8443 : 7000);
}

/** How many managers a CephCluster has (mgr/mgr.go). */
export function managersOf(spec: unknown): number {
    return numberAt(1, spec, "mgr", "count") || 1;
}

/** What the daemons of a cluster have in common. */
interface Daemons {
    readonly resource: Resource;
    readonly spec: Tree;
    readonly resources: Tree;
    /** Rules of the daemon: placement, priority class, network. */
    readonly base: (role: string) => Tree;
    /** What the log collector adds to every daemon, unless it is off. */
    readonly logs: readonly Tree[];
}

function daemonsOf(resource: Resource): Daemons {
    const { spec = {} } = resource;
    const resources = treeAt(spec, "resources");
    const classes = treeAt(spec, "priorityClassNames");
    const places = treeAt(spec, "placement");
    const { provider, hostNetwork } = treeAt(spec, "network");
    const onHosts = provider === "host" || hostNetwork === true;
    return {
        resource,
        spec,
        resources,
        base: (role) => ({
            ...(onHosts ? { hostNetwork: true } : {}),
            ...placement(treeAt(places, "all"), treeAt(places, role)),
            ...present({ priorityClassName: classes[role] ?? classes.all }),
        }),
        logs:
            treeAt(spec, "logCollector").enabled === true
                ? [container("log-collector", resources.logcollector)]
                : [],
    };
}

/** cluster/mon. */
function monitors({ resource, spec, resources, base, logs }: Daemons): MadePods {
    const rules = base("mon");
    const own = treeAt(spec, "mon");
    const legacy = treeAt(spec, "network", "connections").requireMsgr2 === true;
    return {
        ...daemon(
            resource,
            "mon",
            resources.mon,
            {
                ...rules,
                affinity: joinAntiAffinity(
                    treeAt(rules, "affinity"),
                    apart({ app: "rook-ceph-mon" }, own.allowMultiplePerNode !== true),
                ),
            },
            logs,
        ),
        count: monitorsOf(spec),
        // A canary finds a node for each monitor first.
        most: monitorsOf(spec) * 2,
        ports: [...cephPorts.monitor, ...(legacy ? [] : [tcp(6789, "tcp-msgr1")])],
        claims: claimOf("data", treeAt(own, "volumeClaimTemplate", "spec")),
        reaches: [MONITORS],
        // The operator runs `ceph`: pkg/daemon/ceph/client/command.go.
        operatorReaches: cephPorts.monitor,
        votes: "monitors",
    };
}

/** cluster/mgr. */
function managers({ resource, spec, resources, base, logs }: Daemons): MadePods {
    const count = managersOf(spec);
    const rules = withTolerations(base("mgr"), LEAVES_SOON);
    const labels = { app: "rook-ceph-mgr", rook_cluster: namespaceOf(resource) };
    const sharesNode = treeAt(spec, "mgr").allowMultiplePerNode === true;
    return {
        ...daemon(
            resource,
            "mgr",
            resources.mgr,
            count > 1
                ? {
                      ...rules,
                      affinity: joinAntiAffinity(
                          treeAt(rules, "affinity"),
                          apart(labels, !sharesNode),
                      ),
                  }
                : rules,
            [...(count > 1 ? [container("watch-active", resources["mgr-sidecar"])] : []), ...logs],
        ),
        count,
        ports: [
            ...cephPorts.daemon,
            tcp(9283, "http-metrics"),
            tcp(dashboardPort(treeAt(spec, "dashboard")), "dashboard"),
        ],
        variants: [{ mgr_role: "active" }, { mgr_role: "standby" }],
        reaches: [MONITORS, STORAGE],
        usesApi: true,
        role: {
            label: "mgr_role",
            holder: "active",
            other: "standby",
            notices: "node",
            // mon_mgr_beacon_grace, and ROOK_UPDATE_INTERVAL of cluster/mgr/spec.go.
            seconds: 30 + 15,
        },
    };
}

/** How many disks Rook takes on each node. */
function disks(spec: Tree, { nodes }: Surroundings): (readonly [node: string, count: number])[] {
    const storage = treeAt(spec, "storage");
    const sizes = new Map(nodes.map(({ name, disks: count }) => [name, count]));
    if (storage.useAllNodes === true) {
        return [...sizes].filter(([, count]) => count > 0);
    }
    return treesAt(storage, "nodes").map((node) => {
        const name = textAt(node, "name") ?? "";
        const devices = treesAt(node, "devices").length;
        return [name, devices > 0 ? devices : (sizes.get(name) ?? 0)];
    });
}

/** cluster/osd: on the disks of nodes, and on claims. */
function storageDaemons(
    { resource, spec, resources, base, logs }: Daemons,
    surroundings: Surroundings,
): MadePods[] {
    const osd = (rules: Tree, own: unknown = resources.osd) => ({
        ...daemon(resource, "osd", own, rules, logs),
        ports: cephPorts.daemon,
        reaches: [MONITORS, STORAGE],
    });
    const prepare = (rules: Tree) => ({
        ...daemon(resource, "osd-prepare", resources.prepareosd, rules),
        reaches: [MONITORS],
        usesApi: true as const,
    });
    const onDisks = disks(spec, surroundings).flatMap(([node, count]): MadePods[] => {
        const pin = { nodeSelector: { "kubernetes.io/hostname": node } };
        return [
            { ...osd({ ...base("osd"), ...pin }), count, node, local: true },
            { ...prepare({ ...base("prepareosd"), ...pin }), count: 1, node, local: true },
        ];
    });
    const onClaims = treesAt(spec, "storage", "storageClassDeviceSets").map((set): MadePods => ({
        ...osd(
            { ...base("osd"), ...placement({}, treeAt(set, "placement")) },
            set.resources ?? resources.osd,
        ),
        part: `osd of ${textAt(set, "name") ?? ""}`,
        count: numberAt(0, set, "count"),
        claims: treesAt(set, "volumeClaimTemplates").flatMap((template) =>
            claimOf(textAt(template, "metadata", "name") ?? "data", treeAt(template, "spec")),
        ),
    }));
    // Where nobody knows the nodes, nobody knows how many there are, but they are there.
    return onDisks.length + onClaims.length > 0
        ? [...onDisks, ...onClaims]
        : [
              { ...osd(base("osd")), count: 0, local: true },
              { ...prepare(base("prepareosd")), count: 0, local: true },
          ];
}

/** cluster/nodedaemon: on every node that has a pod of Ceph, which may be any that admits one. */
function nodeDaemons({ resource, spec, resources, base }: Daemons): MadePods[] {
    const all = treeAt(spec, "placement", "all");
    const { disable, daysToRetain } = treeAt(spec, "crashCollector");
    const rules = (role: string) => {
        const { hostNetwork, priorityClassName } = base(role);
        return present({ hostNetwork, priorityClassName, tolerations: all.tolerations });
    };
    const perNode = (role: string): MadePods => ({
        ...daemon(resource, role, resources[role], rules(role)),
        count: 1,
        perNode: "Deployments",
        local: true,
    });
    return [
        ...(disable === true ? [] : [{ ...perNode("crashcollector"), reaches: [MONITORS] }]),
        ...(treeAt(spec, "monitoring").metricsDisabled === true
            ? []
            : [{ ...perNode("exporter"), ports: [tcp(9926, "http-metrics")] }]),
        // nodedaemon/pruner.go: a CronJob.
        ...(disable !== true && numberAt(0, { daysToRetain }, "daysToRetain") > 0
            ? [
                  {
                      ...daemon(
                          resource,
                          "crash-pruner",
                          resources.crashcollector,
                          placement(all, {}),
                      ),
                      count: 1,
                      passing: true as const,
                      reaches: [MONITORS],
                  },
              ]
            : []),
        // cluster/version.go: a job at each change of the image, which reports by a ConfigMap.
        {
            ...daemon(resource, "detect-version", resources["cmd-reporter"], placement(all, {})),
            count: 0,
            most: 1,
            passing: true,
            usesApi: true,
        },
    ];
}

/** The daemons of a cluster; those of an external one run elsewhere. */
export function cephClusterPods(resource: Resource, surroundings: Surroundings): MadePods[] {
    const daemons = daemonsOf(resource);
    return treeAt(daemons.spec, "external").enable === true
        ? []
        : [
              monitors(daemons),
              managers(daemons),
              ...storageDaemons(daemons, surroundings),
              ...nodeDaemons(daemons),
          ];
}
