/** Consumers of the demo by the registrations that wait. */
import type * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { registrations } from "../data/kafka-names";
import type { KafkaOffer } from "../data/kafka-offer";
import { KafkaUser } from "../data/kafka-user";
import type { Scaler } from "../scaling/keda";
import { ScaledByQueue } from "../scaling/scaled-by-queue";
import { byKafkaLag } from "../scaling/triggers";
import { DEMO_GROUP, KAFKA_DEMO } from "./kafka-demo-manifests";

/** So many registrations wait for half a minute for their mail, at a second or two for each. */
const PER_CONSUMER = 20;

/** Whose consumers are scaled, and how far. */
interface ScaledConsumers extends Foundation {
    readonly scaler: Scaler;
    readonly kafka: KafkaOffer;
    readonly namespace: Namespace;
    readonly atLeast: number;
    /** More consumers than the topic has partitions have nothing to do. */
    readonly partitions: number;
}

/**
 * One more consumer for every handful of registrations. KEDA shows Kafka a certificate of its own,
 * with which it sees how far the group is and reads no record.
 *
 * @param needs the Deployment of the consumers
 */
export function scaleConsumers(
    args: ScaledConsumers,
    needs: readonly pulumi.Resource[],
    opts: pulumi.ComponentResourceOptions,
): void {
    const { kafka, scaler, namespace, atLeast, partitions } = args;
    const user = new KafkaUser(
        `${KAFKA_DEMO}-scaler`,
        {
            ...args,
            watches: { topics: [registrations.topic], groups: [DEMO_GROUP] },
            quotas: { consumerByteRate: 1_048_576 },
            // It is KEDA that connects, from its own namespace.
            clients: [],
        },
        opts,
    );
    new ScaledByQueue(
        `${KAFKA_DEMO}-consumer`,
        {
            site: args.site,
            scaler,
            namespace,
            deployment: `${KAFKA_DEMO}-consumer`,
            atLeast,
            atMost: Math.max(partitions, atLeast),
            trigger: byKafkaLag({
                bootstrap: user.bootstrap,
                group: DEMO_GROUP,
                topic: registrations.topic,
                perPod: PER_CONSUMER,
                certificate: user.certificate,
            }),
            store: kafka.endpoint,
            needs: [...needs, ...user.ready],
        },
        opts,
    );
}
