import type * as pulumi from "@pulumi/pulumi";
import type { Endpoint } from "../base/connection";
import type { Namespace } from "../base/namespace";

/** Kafka, for whoever writes or reads. */
export interface KafkaOffer {
    /** Namespace of Kafka, where topics and users are. */
    readonly home: Namespace;
    /** The listener on which both ends show a certificate. */
    readonly endpoint: Endpoint;
    /** Pods of the operator. */
    readonly operator: Endpoint;
    readonly brokers: number;
    /** Signs the certificates of brokers and clients. */
    readonly authority: pulumi.Resource;
    /** What must be there before a topic or a user can be made. */
    readonly ready: readonly pulumi.Resource[];
}
