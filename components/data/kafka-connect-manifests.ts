/** Kafka Connect as Strimzi's resources. Pure. */
import * as yaml from "js-yaml";
import { strimziLabels } from "../../operators/strimzi-pods";
import { spread } from "../base/availability";
import { resources, restrictedContainer } from "../base/containers";
import { contentDigest } from "../base/content-digest";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import type { Connector } from "./kafka-connect-settings";
import { kafkaVersion } from "./kafka-manifests";
import { KAFKA } from "./kafka-names";

const apiVersion = "kafka.strimzi.io/v1";
/** Name of the workers, of their group, and start of the names of their topics. */
export const CONNECT = "kafka-connect";
export const connectPods = strimziLabels(CONNECT, "KafkaConnect", `${CONNECT}-connect`);

/** ConfigMap with the rules for metrics, and the key in it. */
const metricsMap = `${CONNECT}-metrics`;
const METRICS_KEY = "metrics.yaml";

/** File with `name=value` lines, and where it lies in the workers. */
export const credentialsKey = "connectors.properties";
const CREDENTIALS = "/mnt/credentials";

/**
 * Rules of upstream (strimzi-kafka-operator 1.2.0: packaging/examples/metrics/kafka-connect-metrics.yaml),
 * less what nothing here looks at.
 */
const metricsRules = {
    lowercaseOutputName: true,
    lowercaseOutputLabelNames: true,
    includeObjectNames: [
        "kafka.connect:type=connector-metrics,connector=*",
        "kafka.connect:type=connect-worker-metrics,*",
        "kafka.connect:type=source-task-metrics,*",
        "kafka.connect:type=sink-task-metrics,*",
    ],
    rules: [
        {
            pattern: "kafka.connect<type=connector-metrics, connector=(.+)><>(status): (.+)",
            name: "kafka_connect_connector_$2",
            value: 1,
            labels: { connector: "$1", $2: "$3" },
            type: "GAUGE",
        },
        {
            pattern: "kafka.connect<type=(.+)-metrics, connector=(.+), task=(.+)><>(.+-total)",
            name: "kafka_connect_$1_$4",
            labels: { connector: "$2", task: "$3" },
            type: "COUNTER",
        },
        {
            pattern: "kafka.connect<type=connect-worker-metrics, connector=(.+)><>([a-z-]+)",
            name: "kafka_connect_worker_$2",
            labels: { connector: "$1" },
            type: "GAUGE",
        },
    ],
} as const;

/** The rules where Strimzi looks for them. */
export function connectMetrics(): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: metricsMap, namespace: KAFKA },
        data: { [METRICS_KEY]: yaml.dump(metricsRules) },
    };
}

/** Name of the plugin of an image: the same for every connector out of it. */
function pluginName(image: string): string {
    const [path = ""] = image.split("@");
    const last = path.split("/").at(-1) ?? "";
    return `${last.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${contentDigest(image)}`;
}

/** What the workers need to know. */
export interface WorkerSettings {
    readonly replicas: number;
    readonly bootstrap: string;
    /** Secret with certificate, key and authority of their user. */
    readonly certificate: string;
    /** Copies of their own topics. */
    readonly copies: number;
    readonly connectors: readonly Connector[];
    /** Secret with the file of credentials; undefined where no connector names one. */
    readonly credentials: string | undefined;
}

/** The workers, which share the tasks of all connectors. */
export function connectWorkers(of: WorkerSettings): Manifest {
    const { certificate, copies, connectors, credentials } = of;
    const images = [...new Set(connectors.flatMap(({ plugin }) => plugin ?? []))].sort();
    const volumes =
        credentials === undefined
            ? []
            : [{ name: "credentials", secret: { secretName: credentials } }];
    const volumeMounts =
        credentials === undefined ? [] : [{ name: "credentials", mountPath: CREDENTIALS }];
    return {
        apiVersion,
        kind: "KafkaConnect",
        metadata: {
            name: CONNECT,
            namespace: KAFKA,
            annotations: {
                // Connectors are resources too, and nothing else makes any.
                "strimzi.io/use-connector-resources": "true",
                "pulumi.com/waitFor": "condition=Ready",
            },
        },
        spec: {
            version: kafkaVersion,
            replicas: of.replicas,
            bootstrapServers: of.bootstrap,
            groupId: CONNECT,
            configStorageTopic: `${CONNECT}-configs`,
            offsetStorageTopic: `${CONNECT}-offsets`,
            statusStorageTopic: `${CONNECT}-status`,
            tls: { trustedCertificates: [{ secretName: certificate, certificate: "ca.crt" }] },
            authentication: {
                type: "tls",
                certificateAndKey: {
                    secretName: certificate,
                    certificate: "tls.crt",
                    key: "tls.key",
                },
            },
            config: {
                "config.storage.replication.factor": copies,
                "offset.storage.replication.factor": copies,
                "status.storage.replication.factor": copies,
                // Records of topics are text as they come, unless a connector says otherwise.
                "key.converter": "org.apache.kafka.connect.storage.StringConverter",
                "value.converter": "org.apache.kafka.connect.storage.StringConverter",
                // A connector may not name another user, or other brokers, than the workers.
                "connector.client.config.override.policy": "None",
            },
            ...(images.length === 0
                ? {}
                : {
                      plugins: images.map((reference) => ({
                          name: pluginName(reference),
                          artifacts: [{ type: "image", reference }],
                      })),
                  }),
            resources: resources("100m", "768Mi", "1Gi"),
            jvmOptions: { "-Xms": "256m", "-Xmx": "512m" },
            metricsConfig: {
                type: "jmxPrometheusExporter",
                valueFrom: { configMapKeyRef: { name: metricsMap, key: METRICS_KEY } },
            },
            template: {
                pod: {
                    priorityClassName: priorities.data.name,
                    topologySpreadConstraints: spread(connectPods),
                    ...(volumes.length === 0 ? {} : { volumes }),
                },
                connectContainer: {
                    securityContext: restrictedContainer,
                    ...(volumeMounts.length === 0 ? {} : { volumeMounts }),
                },
            },
        },
    };
}

/**
 * A connector. What is secret is read by the workers when they start it, by the provider of files
 * that Strimzi configures (KafkaConnectConfigurationBuilder.java, `strimzifile`).
 */
export function connectorManifest(own: Connector): Manifest {
    const { name, tasks, config, credentials, reads } = own;
    const secret = Object.fromEntries(
        Object.entries(credentials).map(([option, key]) => [
            option,
            `\${strimzifile:${CREDENTIALS}/${credentialsKey}:${key}}`,
        ]),
    );
    return {
        apiVersion,
        kind: "KafkaConnector",
        metadata: {
            name,
            namespace: KAFKA,
            labels: { "strimzi.io/cluster": CONNECT },
            annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec: {
            class: own.class,
            tasksMax: tasks,
            // What failed because something was away is tried again, later each time.
            autoRestart: { enabled: true },
            config: {
                ...config,
                ...secret,
                ...(reads.length === 0 ? {} : { topics: reads.join(",") }),
            },
        },
    };
}
