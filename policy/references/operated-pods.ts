/**
 * Pods that operators make of custom resources, as selectors and network policies meet them:
 * labels, ports, and whom they must reach. What an operator does by itself is written here once,
 * with the source that says so; how many pods there are is in `machinery/operated.ts`.
 */
import { isTree, read, readLabels, readList, readString, type Tree } from "../machinery/tree";

export type Labels = Readonly<Record<string, string>>;

/** A port that something listens on. */
export interface Port {
    readonly name?: string;
    readonly port: number;
    /** Last port of a range. */
    readonly endPort?: number;
    /** `TCP` unless it says otherwise. */
    readonly protocol?: "TCP" | "UDP" | "SCTP";
}

/** Pods of one kind. */
export interface OperatedPods {
    /** What they are, after the resource's name in messages. */
    readonly part: string;
    readonly labels: Labels;
    /** Labels that change while they run: each pod carries one of these sets. */
    readonly variants?: readonly Labels[];
    readonly ports: readonly Port[];
    readonly hostNetwork?: true;
    /** They watch or change objects of the cluster. */
    readonly usesApi?: true;
    /** Pods of the same namespace that they must reach, with the reason. */
    readonly reaches?: readonly { pods: Labels; ports: readonly Port[]; why: string }[];
    /** Ports on which the operator itself must reach them. */
    readonly operatorReaches?: readonly Port[];
}

function nameOf(inputs: Tree): string {
    return readString(inputs, "metadata", "name") ?? "";
}

const tcp = (port: number, name?: string): Port => ({ port, name });

/** cloudnative-pg 1.30: `pkg/specs/pods.go`, `pkg/management/url/constants.go`. */
function postgres(inputs: Tree): OperatedPods[] {
    const pods = { "cnpg.io/cluster": nameOf(inputs) };
    const ports = [tcp(5432, "postgresql"), tcp(8000, "status")];
    return [
        {
            part: "instances",
            labels: {
                ...readLabels(inputs, "spec", "inheritedMetadata", "labels"),
                ...pods,
                "cnpg.io/podRole": "instance",
            },
            variants: [
                { "cnpg.io/instanceRole": "primary", role: "primary" },
                { "cnpg.io/instanceRole": "replica", role: "replica" },
            ],
            ports: [...ports, tcp(9187, "metrics")],
            usesApi: true,
            reaches: [{ pods, ports, why: "standbys follow the primary and ask its status" }],
            operatorReaches: [tcp(8000, "status")],
        },
    ];
}

/** redis-operator v0.26.0: `internal/k8sutils/labels.go`, `redis-replication.go`. */
function redis(inputs: Tree): OperatedPods[] {
    const pods = { app: nameOf(inputs), role: "replication" };
    return [
        {
            part: "redis",
            labels: {
                ...readLabels(inputs, "metadata", "labels"),
                ...pods,
                redis_setup_type: "replication",
            },
            variants: [{ "redis-role": "master" }, { "redis-role": "slave" }],
            ports: [tcp(6379, "redis"), tcp(9121, "redis-exporter")],
            reaches: [{ pods, ports: [tcp(6379)], why: "replicas follow the master" }],
            operatorReaches: [tcp(6379)],
        },
    ];
}

/** redis-operator v0.26.0: `internal/k8sutils/redis-sentinel.go` appends `-sentinel`. */
function sentinel(inputs: Tree): OperatedPods[] {
    const pods = { app: `${nameOf(inputs)}-sentinel`, role: "sentinel" };
    const watched = readString(inputs, "spec", "redisSentinelConfig", "redisReplicationName");
    return [
        {
            part: "sentinels",
            labels: {
                ...readLabels(inputs, "metadata", "labels"),
                ...pods,
                redis_setup_type: "sentinel",
            },
            ports: [tcp(26379, "sentinel-client")],
            reaches: [
                { pods, ports: [tcp(26379)], why: "sentinels vote" },
                ...(watched === undefined
                    ? []
                    : [
                          {
                              pods: { app: watched, role: "replication" },
                              ports: [tcp(6379)],
                              why: "sentinels watch every Redis",
                          },
                      ]),
            ],
            operatorReaches: [tcp(26379)],
        },
    ];
}

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
function ceph(inputs: Tree): OperatedPods[] {
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
        daemon("rook-ceph-mon", [...CEPH_MON, ...v1], { reaches: [MONITORS] }),
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
function filesystem(inputs: Tree): OperatedPods[] {
    const labels = { app: "rook-ceph-mds", rook_file_system: nameOf(inputs) };
    return [{ part: "mds", labels, ports: CEPH_DAEMONS, reaches: [MONITORS, STORAGE] }];
}

function objectStore(inputs: Tree): OperatedPods[] {
    const labels = { app: "rook-ceph-rgw", rgw: nameOf(inputs), rook_object_store: nameOf(inputs) };
    // Inside the pod the gateway never listens on a privileged port.
    const ports = [tcp(8080, "http"), tcp(8443, "https")];
    return [{ part: "rgw", labels, ports, reaches: [MONITORS, STORAGE] }];
}

/** ceph-csi-operator v0.4: `internal/controller/driver_controller.go`. */
function csiDriver(inputs: Tree): OperatedPods[] {
    const app = (plugin: string) => ({ app: `${nameOf(inputs)}-${plugin}` });
    return [
        {
            part: "controller plugin",
            labels: app("ctrlplugin"),
            ports: [],
            usesApi: true,
            reaches: [MONITORS, STORAGE],
        },
        { part: "node plugin", labels: app("nodeplugin"), ports: [], hostNetwork: true },
    ];
}

/** prometheus-operator: `pkg/prometheus/labels.go`, `pkg/alertmanager/operator.go`. */
function monitoring(app: string, ports: readonly Port[], usesApi: boolean) {
    return (inputs: Tree): OperatedPods[] => [
        {
            part: "pods",
            labels: {
                ...readLabels(inputs, "spec", "podMetadata", "labels"),
                "app.kubernetes.io/name": app,
                "app.kubernetes.io/instance": nameOf(inputs),
                "app.kubernetes.io/managed-by": "prometheus-operator",
                "operator.prometheus.io/name": nameOf(inputs),
                [app]: nameOf(inputs),
            },
            ports: [...ports, tcp(8080, "reloader-web")],
            ...(usesApi ? { usesApi: true } : {}),
        },
    ];
}

/** strimzi: `cluster-operator/.../model/Labels.java`; node pools make the brokers. */
function kafka(inputs: Tree): OperatedPods[] {
    const cluster = nameOf(inputs);
    const labels = (name: string) => ({
        "strimzi.io/cluster": cluster,
        "strimzi.io/kind": "Kafka",
        "strimzi.io/name": `${cluster}-${name}`,
    });
    const listeners = readList(inputs, "spec", "kafka", "listeners")
        .filter(isTree)
        .flatMap(({ port, name }) => (typeof port === "number" ? [tcp(port, String(name))] : []));
    const brokers = { "strimzi.io/name": `${cluster}-kafka` };
    const inside = [tcp(9090, "tcp-ctrlplane"), tcp(9091, "tcp-replication")];
    return [
        {
            part: "brokers",
            labels: labels("kafka"),
            ports: [...inside, tcp(9404, "tcp-prometheus"), ...listeners],
            reaches: [{ pods: brokers, ports: inside, why: "brokers replicate" }],
            operatorReaches: inside,
        },
        {
            part: "entity operator",
            labels: labels("entity-operator"),
            ports: [],
            usesApi: true,
            reaches: [{ pods: brokers, ports: [tcp(9091)], why: "it manages topics and users" }],
        },
    ];
}

/** cloud-on-k8s: `pkg/controller/elasticsearch/label`, `pkg/controller/kibana/label`. */
function elasticsearch(inputs: Tree): OperatedPods[] {
    const pods = { "elasticsearch.k8s.elastic.co/cluster-name": nameOf(inputs) };
    return [
        {
            part: "nodes",
            labels: { ...pods, "common.k8s.elastic.co/type": "elasticsearch" },
            ports: [tcp(9200, "https"), tcp(9300, "transport")],
            reaches: [{ pods, ports: [tcp(9300)], why: "nodes form one cluster" }],
            operatorReaches: [tcp(9200)],
        },
    ];
}

function kibana(inputs: Tree): OperatedPods[] {
    const labels = {
        "common.k8s.elastic.co/type": "kibana",
        "kibana.k8s.elastic.co/name": nameOf(inputs),
    };
    return [{ part: "pods", labels, ports: [tcp(5601, "https")] }];
}

/** The table, by `<group>/<Kind>`. */
export const OPERATED_PODS: Readonly<Record<string, (inputs: Tree) => OperatedPods[]>> = {
    "postgresql.cnpg.io/Cluster": postgres,
    "redis.redis.opstreelabs.in/RedisReplication": redis,
    "redis.redis.opstreelabs.in/RedisSentinel": sentinel,
    "ceph.rook.io/CephCluster": ceph,
    "ceph.rook.io/CephFilesystem": filesystem,
    "ceph.rook.io/CephObjectStore": objectStore,
    "csi.ceph.io/Driver": csiDriver,
    "monitoring.coreos.com/Prometheus": monitoring(
        "prometheus",
        [tcp(9090, "web"), tcp(10901, "grpc"), tcp(10902, "http")],
        true,
    ),
    "monitoring.coreos.com/Alertmanager": monitoring(
        "alertmanager",
        [tcp(9093, "web"), tcp(9094, "mesh-tcp"), { port: 9094, protocol: "UDP" }],
        false,
    ),
    "kafka.strimzi.io/Kafka": kafka,
    "elasticsearch.k8s.elastic.co/Elasticsearch": elasticsearch,
    "kibana.k8s.elastic.co/Kibana": kibana,
};
