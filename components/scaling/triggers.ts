/** What KEDA counts pods by. Pure: no Pulumi. */

/** Something that waits for pods, as KEDA measures it. */
export interface Trigger {
    readonly type: string;
    readonly metadata: Readonly<Record<string, string>>;
    /** What lies in Secrets of the namespace, by KEDA's name of it. */
    readonly secrets: readonly {
        readonly parameter: string;
        readonly name: string;
        readonly key: string;
    }[];
}

/** A list in Redis whose elements wait for somebody. */
export interface QueueOfRedis {
    /** Host and port of the master, as KEDA's operator reaches it. */
    readonly address: string;
    readonly list: string;
    /** So many waiting elements are enough for one more pod. */
    readonly perPod: number;
    /** Secret of the namespace with the `password`. */
    readonly credentials: string;
}

/** By the elements of a list (keda v2.20.2: pkg/scalers/redis_scaler.go, `redisMetadata`). */
export function byRedisList({ address, list, perPod, credentials }: QueueOfRedis): Trigger {
    return {
        type: "redis",
        metadata: { address, listName: list, listLength: String(perPod) },
        secrets: [{ parameter: "password", name: credentials, key: "password" }],
    };
}

/** Records of a topic that a group of consumers has not handled yet. */
export interface LagOfGroup {
    /** `host:port` of Kafka, as KEDA's operator reaches it. */
    readonly bootstrap: string;
    readonly group: string;
    readonly topic: string;
    /** So many waiting records are enough for one more pod. */
    readonly perPod: number;
    /**
     * Secret of the namespace with `ca.crt`, `tls.crt` and `tls.key` of a user that may see the ends
     * of the topic and the places of the group.
     */
    readonly certificate: string;
}

/**
 * Oldest release whose requests every Kafka from 4.0 on answers (KIP-896); KEDA's own default is older.
 */
const SPOKEN_RELEASE = "2.1.0";

/**
 * By the records that wait; KEDA asks for no more pods than the topic has partitions (keda v2.20.2:
 * pkg/scalers/kafka_scaler.go, `kafkaMetadata`, `getTotalLag`).
 */
export function byKafkaLag({ bootstrap, group, topic, perPod, certificate }: LagOfGroup): Trigger {
    const from = (parameter: string, key: string) => ({ parameter, name: certificate, key });
    return {
        type: "kafka",
        metadata: {
            bootstrapServers: bootstrap,
            consumerGroup: group,
            topic,
            lagThreshold: String(perPod),
            // A group that has no place yet begins with the oldest record, and all of them wait.
            offsetResetPolicy: "earliest",
            version: SPOKEN_RELEASE,
            tls: "enable",
        },
        secrets: [from("ca", "ca.crt"), from("cert", "tls.crt"), from("key", "tls.key")],
    };
}
