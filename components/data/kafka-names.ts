/** How Kafka is called, for those who need it and those who look after it. Pure. */
import { kafkaLabels, kafkaPorts, strimziLabels } from "../../operators/strimzi-pods";

/** Namespace of Kafka and of its operator, and name of the cluster in it. */
export const KAFKA = "kafka";
/** The pool of those who are controller and broker at once. */
export const POOL = "dual";
/** Label by which topics, users and pools say to which Kafka they belong. */
export const ofKafka = { "strimzi.io/cluster": KAFKA } as const;

/** Pods of the operator (chart strimzi-kafka-operator 1.2.0: templates/060-Deployment). */
export const operatorPods = {
    name: "strimzi-cluster-operator",
    "strimzi.io/kind": "cluster-operator",
} as const;
export const brokerPods = kafkaLabels(KAFKA);
export const entityOperatorPods = strimziLabels(KAFKA, "Kafka", `${KAFKA}-entity-operator`);
export const exporterPods = strimziLabels(KAFKA, "Kafka", `${KAFKA}-kafka-exporter`);

/** Ports; `clients` is the listener on which both ends show a certificate. */
export const ports = { ...kafkaPorts, clients: 9093, operator: 8080 } as const;

/** Services that Strimzi makes (KafkaResources.java: bootstrapServiceName, brokersServiceName). */
export const bootstrapService = `${KAFKA}-kafka-bootstrap`;
export const brokersService = `${KAFKA}-kafka-brokers`;
/** `host:port` that a client asks first, from every namespace. */
export const bootstrap = `${bootstrapService}.${KAFKA}.svc:${ports.clients}`;

/** Topics that systems of the platform make, beside whose code they are described. */
export const registrations = {
    topic: "user-registrations",
    dead: "user-registrations.dead",
} as const;
/** Names that no topic of a site may have. */
export const reservedTopics: ReadonlySet<string> = new Set(Object.values(registrations));

/** What a record survives: how many copies a topic has, and how many must have a record. */
export interface Copies {
    readonly replicas: number;
    /** `min.insync.replicas`: with fewer copies up to date nobody may write. */
    readonly minimumInSync: number;
}

/**
 * Three brokers, the fewest of which a majority survives one, or a single one where nothing is kept
 * up anyway.
 *
 * @param replicas those of a critical workload in the profile
 */
export function brokersFor(replicas: number): number {
    return replicas > 1 ? 3 : 1;
}

/** As many copies as there are brokers, three at most; one may miss a record while it restarts. */
export function usualCopies(brokers: number): Copies {
    const replicas = Math.min(3, brokers);
    return { replicas, minimumInSync: Math.max(1, replicas - 1) };
}
