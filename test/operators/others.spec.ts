import * as assert from "node:assert/strict";
import type { Tree } from "../../operators/behaviour";
import { budgetsOf, custom, partOf, podsOf, whyOf } from "./surroundings";

describe("what Strimzi makes", () => {
    const GROUP = "kafka.strimzi.io";
    const kafka = custom(GROUP, "Kafka", "events", {
        kafka: { template: { pod: { priorityClassName: "high" } }, listeners: [] },
        entityOperator: { topicOperator: {} },
    });
    const pool = (spec: Tree, name = "brokers") =>
        custom(GROUP, "KafkaNodePool", name, spec, { "strimzi.io/cluster": "events" });
    const brokers = pool({
        replicas: 3,
        roles: ["controller", "broker"],
        resources: { requests: { memory: "64Gi" } },
        storage: {
            type: "jbod",
            volumes: [
                { id: 0, type: "persistent-claim", size: "500Gi", class: "fast" },
                { id: 1, type: "ephemeral" },
            ],
        },
    });

    it("is the nodes of a pool, with the templates of its Kafka", () => {
        const { count, pod, claims, labels, votes } = partOf("nodes", brokers, [kafka]);
        assert.deepEqual(
            [count, pod.priorityClassName, labels["strimzi.io/name"], votes],
            [3, "high", "events-kafka", "controllers"],
        );
        assert.deepEqual(claims, [{ name: "data-0", storageClass: "fast", size: "500Gi" }]);
    });

    it("is unknown for a pool without its Kafka", () => {
        assert.match(whyOf(brokers), /strimzi\.io\/cluster/);
    });

    it("lets one node of all pools go", () => {
        const more = pool({ replicas: 2, roles: ["broker"] }, "more");
        const [budget] = budgetsOf(kafka, [brokers, more]);
        assert.deepEqual([budget?.name, budget?.minAvailable], ["events-kafka", 4]);
    });

    it("answers probes and says how its operators are reached", () => {
        const { ports, pod } = partOf("entity-operator", kafka);
        assert.deepEqual(ports, [{ port: 8080, name: "healthcheck-to" }]);
        assert.match(JSON.stringify(pod), /"livenessProbe".*"readinessProbe"/);
        assert.match(JSON.stringify(partOf("nodes", brokers, [kafka]).pod), /"livenessProbe"/);
    });

    it("is an entity operator only where there is something for it to do", () => {
        assert.equal(partOf("entity-operator", kafka).count, 1);
        assert.deepEqual(podsOf(custom(GROUP, "Kafka", "bare", { kafka: {} })), []);
    });
});

describe("what the Prometheus operator makes", () => {
    const GROUP = "monitoring.coreos.com";
    const prometheus = (spec: Tree) => custom(GROUP, "Prometheus", "main", spec);

    it("is a set for each shard, with reloaders", () => {
        const sets = podsOf(
            prometheus({
                replicas: 2,
                shards: 2,
                resources: { requests: { memory: "64Gi" } },
                storage: {
                    volumeClaimTemplate: { spec: { resources: { requests: { storage: "9Gi" } } } },
                },
            }),
        );
        assert.deepEqual(
            sets.map(({ name, count, claims }) => [name, count, claims]),
            ["prometheus-main", "prometheus-main-shard-1"].map((name) => [
                name,
                2,
                [{ name: "prometheus-main-db", size: "9Gi" }],
            ]),
        );
        assert.match(JSON.stringify(sets[0]?.pod), /64Gi.*config-reloader/);
    });

    it("merges a container of the operator's name into its own", () => {
        const [set] = podsOf(
            prometheus({
                resources: { requests: { memory: "1Gi" } },
                containers: [{ name: "prometheus", env: [] }, { name: "proxy" }],
            }),
        );
        const containers = set?.pod.containers as readonly Tree[];
        assert.deepEqual(
            containers.map(({ name }) => name),
            ["prometheus", "config-reloader", "proxy"],
        );
        assert.deepEqual(containers[0]?.resources, { requests: { memory: "1Gi" } });
    });

    it("asks for memory for an Alertmanager that names none", () => {
        const [set] = podsOf(custom(GROUP, "Alertmanager", "main", {}));
        assert.match(JSON.stringify(set?.pod), /"alertmanager".*"memory":"200Mi"/);
    });
});

describe("what the operators of Elastic, Keycloak and OpenTelemetry make", () => {
    it("are nodes of Elasticsearch with 2 GiB and 1 GiB of disk where nothing is said", () => {
        const [set] = podsOf(
            custom("elasticsearch.k8s.elastic.co", "Elasticsearch", "logs", {
                nodeSets: [{ name: "hot", count: 3 }],
            }),
        );
        assert.deepEqual([set?.name, set?.count], ["logs-es-hot", 3]);
        assert.deepEqual(set?.claims, [{ name: "elasticsearch-data", size: "1Gi" }]);
        assert.match(JSON.stringify(set.pod), /"limits":\{"memory":"2Gi"\}/);
        assert.match(JSON.stringify(set.pod.affinity), /preferred.*cluster-name/);
    });

    it("are instances of Keycloak, spread over zones and nodes by default", () => {
        const [set] = podsOf(custom("k8s.keycloak.org", "Keycloak", "iam", { instances: 2 }));
        assert.equal(set?.count, 2);
        assert.match(JSON.stringify(set.pod), /1700Mi/);
        assert.match(JSON.stringify(set.pod.topologySpreadConstraints), /zone.*hostname/);
    });

    it("are collectors by mode, and unknown for sidecars", () => {
        const collector = (spec: Tree) =>
            custom("opentelemetry.io", "OpenTelemetryCollector", "otel", spec);
        const config = { receivers: { otlp: { protocols: { grpc: { endpoint: "[::]:4444" } } } } };
        assert.deepEqual(partOf("collector", collector({ config })).ports[0], {
            port: 4444,
            name: "otlp-grpc",
        });
        assert.equal(partOf("collector", collector({ mode: "daemonset" })).perNode, "DaemonSet");
        const sidecar = collector({ mode: "sidecar" });
        assert.match(whyOf(sidecar), /added to the pods of others/);
    });

    it("are no pods for a Gateway of Cilium, and unknown for one of another class", () => {
        const gateway = (gatewayClassName: string) =>
            custom("gateway.networking.k8s.io", "Gateway", "public", { gatewayClassName });
        assert.deepEqual(podsOf(gateway("cilium")), []);
        assert.match(whyOf(gateway("other")), /class other/);
    });
});
