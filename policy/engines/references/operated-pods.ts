/**
 * Pods that operators make of custom resources, as selectors and network policies meet them:
 * labels, ports, and whom they must reach. What an operator does by itself is written here once,
 * with the source that says so; how many pods there are is in `kubernetes/operated.ts`.
 */
import { isTree, readLabels, readList, readString, type Tree } from "../../kernel/tree";
import { nameOf, type OperatedPods, type Port, tcp } from "./operated";
import { ceph, csiDriver, filesystem, objectStore } from "./operated-ceph";

/** cloudnative-pg 1.30: `pkg/specs/pods.go`, `pkg/management/url/constants.go`. */
function postgres(inputs: Tree): OperatedPods[] {
    const pods = { "cnpg.io/cluster": nameOf(inputs) };
    const ports = [tcp(5432, "postgresql"), tcp(8000, "status")];
    return [
        {
            part: "instances",
            isMain: true,
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
            isMain: true,
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

/** prometheus-operator: `pkg/prometheus/labels.go`, `pkg/alertmanager/operator.go`. */
function monitoring(app: string, ports: readonly Port[], usesApi: boolean) {
    return (inputs: Tree): OperatedPods[] => [
        {
            part: "pods",
            isMain: true,
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
            isMain: true,
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
    return [{ part: "pods", isMain: true, labels, ports: [tcp(5601, "https")] }];
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
