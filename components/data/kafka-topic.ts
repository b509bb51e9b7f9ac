import type * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../base/foundation";
import type { Manifest } from "../base/object";
import { Part } from "../base/part";
import type { KafkaOffer } from "./kafka-offer";
import { type Copies, KAFKA, ofKafka, usualCopies } from "./kafka-names";

/** What a topic is like; whoever needs it says so beside its code. */
export interface TopicSettings extends Partial<Copies> {
    /** Most members of a group that read at the same time; can be raised later, never lowered. */
    readonly partitions: number;
    /** Hours for which a record is kept. */
    readonly retentionHours: number;
    /** Most that a partition may hold, in MiB: the oldest records go first. Default: no limit. */
    readonly retentionMebibytes?: number;
}

/** A mistake in what a topic is to be: which field, what it says, what is allowed. */
export interface TopicFault {
    readonly field: "replicas" | "minimumInSync";
    readonly found: string;
    readonly allowed: string;
}

/**
 * What is wrong with the copies of a topic, or nothing. A topic with fewer copies than must be up to
 * date takes no record at all, and one that needs every copy takes none while a broker restarts.
 */
export function topicFault(
    { replicas, minimumInSync }: Partial<Copies>,
    brokers: number,
): TopicFault | undefined {
    const usual = usualCopies(brokers);
    const copies = replicas ?? usual.replicas;
    const needed = minimumInSync ?? Math.max(1, copies - 1);
    if (copies > brokers) {
        return {
            field: "replicas",
            found: String(copies),
            allowed: `at most ${brokers}, one on each broker`,
        };
    }
    const most = Math.max(1, copies - 1);
    return needed <= most
        ? undefined
        : {
              field: "minimumInSync",
              found: `${needed} of ${copies} ${copies === 1 ? "replica" : "replicas"}`,
              allowed:
                  needed > copies
                      ? `at most ${most}: with fewer replicas than must be in sync nobody could ever write`
                      : `at most ${most}: nobody could write while a broker restarts`,
          };
}

/** The topic for Strimzi's topic operator. */
export function topicManifest(name: string, topic: TopicSettings, brokers: number): Manifest {
    const { partitions, retentionHours, retentionMebibytes } = topic;
    const replicas = topic.replicas ?? usualCopies(brokers).replicas;
    return {
        apiVersion: "kafka.strimzi.io/v1",
        kind: "KafkaTopic",
        metadata: {
            name,
            namespace: KAFKA,
            labels: ofKafka,
            annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec: {
            partitions,
            replicas,
            config: {
                "min.insync.replicas": topic.minimumInSync ?? Math.max(1, replicas - 1),
                "retention.ms": retentionHours * 3_600_000,
                ...(retentionMebibytes === undefined
                    ? {}
                    : { "retention.bytes": retentionMebibytes * 1_048_576 }),
            },
        },
    };
}

/** Arguments of {@link KafkaTopic}. */
export interface KafkaTopicArgs extends Foundation, TopicSettings {
    readonly kafka: KafkaOffer;
}

/**
 * A topic. In prod it is protected: what is deleted here takes its records with it.
 *
 * @throws Error when it asks for more copies than there are brokers, or for so many in sync that it
 * could not be written to; the settings of a site are checked before
 */
export class KafkaTopic extends Part {
    /** What those who write or read wait for. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: KafkaTopicArgs, opts: pulumi.ComponentResourceOptions) {
        super("data", "KafkaTopic", name, args, {}, opts);
        const { kafka, site } = args;
        const fault = topicFault(args, kafka.brokers);
        if (fault !== undefined) {
            throw new Error(
                `The topic ${name} has ${fault.field} ${fault.found}; allowed is ${fault.allowed}.`,
            );
        }
        this.ready = [
            this.object(topicManifest(name, args, kafka.brokers), {
                dependsOn: [...kafka.ready],
                ...(site.protect ? { protect: true, retainOnDelete: true } : {}),
            }),
        ];
    }
}
