/** Strimzi: Kafka, what connects it to other systems, its topics and users. */
import type { Behaviour, MadePods, NamedField, Resource } from "./behaviour";
import { keyOf, kinds, named } from "./names";
import { straight, tcp } from "./pods";
import {
    kafkaBudgets,
    kafkaPods,
    kafkaSecrets,
    kafkaServices,
    poolPods,
    userSecrets,
} from "./strimzi-kafka";
import { budgetOf, containerOf, kafkaPorts, ownLabels, podOf, strimziLabels } from "./strimzi-pods";
import { numberAt, treeAt } from "./values";

const GROUP = "kafka.strimzi.io";
const source = "strimzi-kafka-operator 1.2.0: cluster-operator/.../model, api/.../kafka/model";
const CLUSTER = "metadata.labels.strimzi.io/cluster";

/** A group of workers beside a Kafka: KafkaConnectCluster.java, KafkaBridgeCluster.java ... */
interface Workers {
    readonly kind: string;
    readonly suffix: string;
    readonly replicas: number;
    readonly service: string;
    readonly port: number;
    readonly container: string;
    readonly stateful?: true;
}

const workers: readonly Workers[] = [
    {
        kind: "KafkaConnect",
        suffix: "connect",
        replicas: 3,
        service: "connect-api",
        port: kafkaPorts.connect,
        container: "connectContainer",
        stateful: true,
    },
    {
        kind: "KafkaMirrorMaker2",
        suffix: "mirrormaker2",
        replicas: 3,
        service: "mirrormaker2-api",
        port: kafkaPorts.connect,
        container: "connectContainer",
        stateful: true,
    },
    {
        kind: "KafkaBridge",
        suffix: "bridge",
        replicas: 1,
        service: "bridge-service",
        port: kafkaPorts.bridge,
        container: "bridgeContainer",
    },
];

function workerPods({ kind, suffix, replicas, port, stateful, ...own }: Workers) {
    return (resource: Resource): MadePods[] => {
        const { spec = {}, metadata } = resource;
        const template = treeAt(spec, "template");
        const name = `${metadata.name}-${suffix}`;
        return [
            {
                part: suffix,
                name,
                labels: {
                    ...ownLabels(resource, template),
                    ...strimziLabels(metadata.name, kind, name),
                },
                count: numberAt(replicas, spec, "replicas"),
                ...(stateful === true ? { stateful } : {}),
                pod: podOf(template, [containerOf(name, spec, treeAt(template, own.container))]),
                ports: [
                    tcp(port, "rest-api"),
                    ...("metricsConfig" in spec ? [tcp(kafkaPorts.metrics, "tcp-prometheus")] : []),
                ],
                isMain: true,
                operatorReaches: [tcp(port)],
            },
        ];
    };
}

/** How a client of Kafka shows who it is. */
function clientNames(prefix: string): NamedField[] {
    return [
        ...named(
            kinds.secret,
            `${prefix}.tls.trustedCertificates[].secretName`,
            `${prefix}.authentication.certificateAndKey.secretName`,
        ),
        {
            path: `${prefix}.authentication.passwordSecret.secretName`,
            kind: kinds.secret,
            keys: "password",
        },
    ];
}

const logNames = (prefix: string) =>
    keyOf(
        prefix,
        ["logging.valueFrom.configMapKeyRef", "metricsConfig.valueFrom.configMapKeyRef"],
        kinds.configMap,
    );

const ofKafka = named(`${GROUP}/Kafka`, CLUSTER);

function workerRoom(own: Workers): Behaviour {
    const { kind, suffix, replicas, service, port } = own;
    const labelsOf = (name: string) => strimziLabels(name, kind, `${name}-${suffix}`);
    return {
        kind: `${GROUP}/${kind}`,
        source,
        pods: workerPods(own),
        services: ({ metadata: { name } }) => [
            { name: `${name}-${service}`, selector: labelsOf(name), ports: straight(port) },
        ],
        budgets: ({ spec, metadata: { name } }) => [
            budgetOf(
                `${name}-${suffix}`,
                labelsOf(name),
                treeAt(spec, "template"),
                numberAt(replicas, spec, "replicas"),
            ),
        ],
        images: [
            { path: "spec.image", optional: true },
            { path: "spec.plugins[].artifacts[].reference", optional: true },
        ],
        names: [
            ...clientNames("spec"),
            ...clientNames("spec.target"),
            ...clientNames("spec.mirrors[].source"),
            ...logNames("spec"),
            ...named(kinds.secret, "spec.build.output.pushSecret"),
            ...named(kinds.secret, "spec.http.tls.certificateAndKey.secretName"),
        ],
    };
}

/** The rooms of the kinds. */
export const strimzi: readonly Behaviour[] = [
    {
        kind: `${GROUP}/Kafka`,
        source,
        pods: kafkaPods,
        services: kafkaServices,
        secrets: kafkaSecrets,
        budgets: kafkaBudgets,
        images: [{ path: "spec.kafka.image", optional: true }],
        names: [
            ...named(
                kinds.secret,
                "spec.kafka.listeners[].configuration.brokerCertChainAndKey.secretName",
            ),
            ...["kafka", "cruiseControl"].flatMap((part) => logNames(`spec.${part}`)),
            ...logNames("spec.entityOperator.topicOperator"),
            ...logNames("spec.entityOperator.userOperator"),
            ...keyOf("spec.cruiseControl.apiUsers.valueFrom", ["secretKeyRef"]),
        ],
        holdsData: true,
    },
    {
        kind: `${GROUP}/KafkaNodePool`,
        source,
        pods: poolPods,
        names: [
            ...ofKafka,
            ...named(kinds.storageClass, "spec.storage.class", "spec.storage.volumes[].class"),
        ],
        holdsData: true,
    },
    ...workers.map(workerRoom),
    { kind: `${GROUP}/KafkaTopic`, source, names: ofKafka },
    {
        kind: `${GROUP}/KafkaUser`,
        source,
        secrets: userSecrets,
        names: [...ofKafka, ...keyOf("spec.authentication.password.valueFrom", ["secretKeyRef"])],
    },
    { kind: `${GROUP}/KafkaConnector`, source, names: named(`${GROUP}/KafkaConnect`, CLUSTER) },
    { kind: `${GROUP}/KafkaRebalance`, source, names: ofKafka },
];
