/** File systems and object stores of Rook (v1.20.6: pkg/operator/ceph/file, .../object). */
import type { Behaviour, MadePods, Resource, Surroundings, Tree } from "./behaviour";
import { apart, container, joinAntiAffinity, tcp, withTolerations } from "./pods";
import {
    cephLabels,
    cephPorts,
    daemon,
    LEAVES_SOON,
    MONITORS,
    placement,
    STORAGE,
} from "./rook-daemon";
import { namespaceOf, numberAt, present, textAt, treeAt, treesAt } from "./values";

/** The `spec` of the cluster that a resource belongs to: the one in its namespace. */
export function clusterOf(resource: Resource, { all }: Surroundings): Tree {
    const cluster = all("ceph.rook.io/CephCluster").find(
        (other) => namespaceOf(other) === namespaceOf(resource),
    );
    return cluster?.spec ?? {};
}

function rulesOf(own: Tree, onHosts: boolean): Tree {
    return withTolerations(
        {
            ...(onHosts ? { hostNetwork: true } : {}),
            ...placement({}, treeAt(own, "placement")),
            ...present({ priorityClassName: own.priorityClassName }),
        },
        LEAVES_SOON,
    );
}

function collectorOf(cluster: Tree): Tree[] {
    return treeAt(cluster, "logCollector").enabled === true
        ? [container("log-collector", treeAt(cluster, "resources").logcollector)]
        : [];
}

/** file/mds/mds.go and spec.go: one deployment for each daemon, twice as many with standby. */
export function filesystemPods(resource: Resource, surroundings: Surroundings): MadePods[] {
    const server = treeAt(resource.spec, "metadataServer");
    const cluster = clusterOf(resource, surroundings);
    const onHosts = treeAt(cluster, "network").provider === "host";
    const pods = daemon(
        resource,
        "mds",
        server.resources,
        rulesOf(server, onHosts),
        collectorOf(cluster),
    );
    return [
        {
            ...pods,
            labels: { ...pods.labels, rook_file_system: resource.metadata.name },
            count: numberAt(1, server, "activeCount") * (server.activeStandby === true ? 2 : 1),
            ports: cephPorts.daemon,
            reaches: [MONITORS, STORAGE],
        },
    ];
}

/** object/spec.go: one deployment, whose update makes no pod more. */
export function objectStorePods(resource: Resource, surroundings: Surroundings): MadePods[] {
    const { name } = resource.metadata;
    const gateway = treeAt(resource.spec, "gateway");
    const cluster = clusterOf(resource, surroundings);
    const onHosts =
        gateway.hostNetwork === true ||
        (gateway.hostNetwork === undefined && treeAt(cluster, "network").provider === "host");
    const rules = rulesOf(gateway, onHosts);
    const own = { ...cephLabels.gateway(name), rook_cluster: namespaceOf(resource) };
    const log = treeAt(gateway, "opsLogSidecar");
    const pods = daemon(
        resource,
        "rgw",
        gateway.resources,
        {
            ...rules,
            affinity: joinAntiAffinity(treeAt(rules, "affinity"), apart(own, onHosts)),
        },
        [
            ...("opsLogSidecar" in gateway ? [container("ops-log", log.resources)] : []),
            ...collectorOf(cluster),
        ],
    );
    return [
        {
            ...pods,
            labels: { ...own, rook_object_store: name },
            count: numberAt(1, gateway, "instances"),
            ports: [tcp(cephPorts.gateway.http, "http"), tcp(cephPorts.gateway.https, "https")],
            reaches: [MONITORS, STORAGE],
        },
    ];
}

/** object/rgw.go. */
export const objectStoreServices: Behaviour["services"] = ({ spec, metadata: { name } }) => {
    const gateway = treeAt(spec, "gateway");
    const ports = [
        ["http", gateway.port, cephPorts.gateway.http],
        ["https", gateway.securePort, cephPorts.gateway.https],
    ] as const;
    return [
        {
            name: `rook-ceph-rgw-${name}`,
            selector: cephLabels.gateway(name),
            ports: ports.flatMap(([label, port, target]) =>
                typeof port === "number" && port > 0 ? [{ name: label, port, target }] : [],
            ),
        },
    ];
};

/** Pools that storage classes name: file/filesystem.go, generateDataPoolNames. */
export const filesystemPools: Behaviour["objects"] = ({ spec, metadata: { name, namespace } }) =>
    treesAt(spec, "dataPools").map((pool, index) => {
        const own = textAt(pool, "name");
        const prefixed = `${name}-${own ?? `data${index}`}`;
        return {
            kind: "ceph.rook.io/CephFilesystem pool",
            namespace,
            name: spec?.preservePoolNames === true ? (own ?? prefixed) : prefixed,
        };
    });
