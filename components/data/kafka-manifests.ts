/** Kafka as Strimzi's resources. Pure. */
import { HOST_LABEL, leavesDeadNode, spread } from "../base/availability";
import { resources, restrictedContainer } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { internalCertificate, serviceNames } from "../security/internal-certificate";
import { metricsKey, metricsMap } from "./kafka-metrics";
import {
    bootstrapService,
    brokerPods,
    brokersService,
    KAFKA,
    ofKafka,
    POOL,
    ports,
    usualCopies,
} from "./kafka-names";

const apiVersion = "kafka.strimzi.io/v1";
/** Release of Kafka, one of those that the operator has an image for (kafka-versions.yaml). */
export const kafkaVersion = "4.3.1";
const METADATA_VERSION = "4.3-IV0";
/** Certificate that brokers show to clients; its authority is that of the clients as well. */
export const listenerCertificate = `${KAFKA}-listener`;
const AUTHORITY = "/mnt/clients-authority";
/** Megabytes of the heap; the rest of the pod's memory caches the log's files. */
const HEAP = "1024m";

/** Brokers tell clients their own names: any pod of the headless Service. */
export function brokerCertificate(): Manifest {
    const [bootstrap, ...others] = serviceNames(bootstrapService, KAFKA);
    return internalCertificate({
        name: listenerCertificate,
        namespace: KAFKA,
        names: [
            bootstrap,
            ...others,
            ...serviceNames(brokersService, KAFKA).map((name) => `*.${name}`),
        ],
        usage: "server auth",
    });
}

/** The nodes, each a controller and a broker: with three, a majority is left when one is gone. */
export function nodePool(brokers: number, size: number, storageClass: string): Manifest {
    return {
        apiVersion,
        kind: "KafkaNodePool",
        metadata: { name: POOL, namespace: KAFKA, labels: ofKafka },
        spec: {
            replicas: brokers,
            roles: ["controller", "broker"],
            resources: resources("300m", "1792Mi", "2Gi"),
            jvmOptions: { "-Xms": HEAP, "-Xmx": HEAP },
            storage: {
                type: "jbod",
                volumes: [
                    {
                        id: 0,
                        type: "persistent-claim",
                        size: `${size}Gi`,
                        class: storageClass,
                        deleteClaim: false,
                        kraftMetadata: "shared",
                    },
                ],
            },
        },
    };
}

/**
 * The listener of clients. Upstream's own type `tls` takes only certificates that Strimzi signs, into
 * Secrets of this namespace; cert-manager makes them where the clients are
 * (documentation/api/...KafkaListenerAuthenticationCustom.adoc: customized TLS client authentication).
 */
const clientListener = {
    name: "tls",
    port: ports.clients,
    type: "internal",
    tls: true,
    authentication: {
        type: "custom",
        sasl: false,
        listenerConfig: {
            "ssl.client.auth": "required",
            "ssl.truststore.location": `${AUTHORITY}/ca.crt`,
            "ssl.truststore.type": "PEM",
        },
    },
    configuration: {
        brokerCertChainAndKey: {
            secretName: listenerCertificate,
            certificate: "tls.crt",
            key: "tls.key",
        },
    },
};

/** Settings of the brokers; what Strimzi decides itself is not among them. */
function brokerSettings(brokers: number): Record<string, string | number | boolean> {
    const { replicas, minimumInSync } = usualCopies(brokers);
    return {
        "auto.create.topics.enable": false,
        "default.replication.factor": replicas,
        "min.insync.replicas": minimumInSync,
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": minimumInSync,
        "share.coordinator.state.topic.replication.factor": replicas,
        "share.coordinator.state.topic.min.isr": minimumInSync,
        // Hours for which records are kept where a topic says nothing.
        "log.retention.hours": 168,
        "unclean.leader.election.enable": false,
    };
}

const secured = { securityContext: restrictedContainer };
const besidePods = { priorityClassName: priorities.data.name, tolerations: leavesDeadNode };
const entity = (heap: string) => ({
    resources: resources("25m", "224Mi", "384Mi"),
    jvmOptions: { "-Xms": heap, "-Xmx": heap },
});

/** The cluster, with the operators of topics and users and the exporter of lags. */
export function kafkaCluster(brokers: number): Manifest {
    return {
        apiVersion,
        kind: "Kafka",
        metadata: {
            name: KAFKA,
            namespace: KAFKA,
            annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec: {
            kafka: {
                version: kafkaVersion,
                metadataVersion: METADATA_VERSION,
                listeners: [clientListener],
                authorization: { type: "simple" },
                // Copies are on different hosts, and consumers may read the nearest one.
                rack: { type: "topology-label", topologyKey: HOST_LABEL },
                config: brokerSettings(brokers),
                metricsConfig: {
                    type: "jmxPrometheusExporter",
                    valueFrom: { configMapKeyRef: { name: metricsMap, key: metricsKey } },
                },
                template: {
                    pod: {
                        priorityClassName: priorities.data.name,
                        // Logs are closed in order; what is killed before recovers for long.
                        terminationGracePeriodSeconds: 120,
                        topologySpreadConstraints: spread(brokerPods, { waitsForItsHost: true }),
                        volumes: [
                            {
                                name: "clients-authority",
                                secret: {
                                    secretName: listenerCertificate,
                                    items: [{ key: "ca.crt", path: "ca.crt" }],
                                },
                            },
                        ],
                    },
                    kafkaContainer: {
                        ...secured,
                        volumeMounts: [{ name: "clients-authority", mountPath: AUTHORITY }],
                    },
                    initContainer: secured,
                },
            },
            entityOperator: {
                topicOperator: entity("128m"),
                userOperator: entity("128m"),
                template: {
                    pod: besidePods,
                    topicOperatorContainer: secured,
                    userOperatorContainer: secured,
                },
            },
            kafkaExporter: {
                topicRegex: ".*",
                groupRegex: ".*",
                resources: resources("10m", "64Mi", "128Mi"),
                template: { pod: besidePods, container: secured },
            },
        },
    };
}
