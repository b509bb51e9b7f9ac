import type * as pulumi from "@pulumi/pulumi";
import { connectClients } from "../base/connection";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { Manifest } from "../base/object";
import { Part } from "../base/part";
import { internalCertificate } from "../security/internal-certificate";
import type { KafkaOffer } from "./kafka-offer";
import { bootstrap, KAFKA, ofKafka } from "./kafka-names";

/** How much of the brokers a user may take; what is more is slowed down, not refused. */
export interface UserQuotas {
    /** Bytes that it may write to a broker in a second. */
    readonly producerByteRate?: number;
    /** Bytes that it may read from a broker in a second. */
    readonly consumerByteRate?: number;
    /** Percent of a broker's request threads, 100 for each. */
    readonly requestPercentage?: number;
}

/** What a user may do; everything else is refused. */
export interface UserRights {
    /** Topics that it writes to. */
    readonly writes?: readonly string[];
    /** Topics that it reads. */
    readonly reads?: readonly string[];
    /** Groups as whose member it reads, and keeps its place. */
    readonly groups?: readonly string[];
    /** What it may see without reading a record: the ends of topics, the places of groups. */
    readonly watches?: { readonly topics: readonly string[]; readonly groups: readonly string[] };
    /** Starts of names of topics and groups that are its own, to do anything with. */
    readonly owns?: readonly string[];
    readonly quotas: UserQuotas;
}

function rule(type: "topic" | "group", name: string, operations: readonly string[]): object {
    return { resource: { type, name, patternType: "literal" }, operations, host: "*" };
}

/** The user for Strimzi's user operator: the name that stands in a certificate, and its rights. */
export function userManifest(name: string, rights: UserRights): Manifest {
    const { writes = [], reads = [], groups = [], owns = [], quotas } = rights;
    const { watches = { topics: [], groups: [] } } = rights;
    return {
        apiVersion: "kafka.strimzi.io/v1",
        kind: "KafkaUser",
        metadata: {
            name,
            namespace: KAFKA,
            labels: ofKafka,
            annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec: {
            // cert-manager makes the certificate, in the namespace of who shows it.
            authentication: { type: "tls-external" },
            authorization: {
                type: "simple",
                acls: [
                    ...writes.map((topic) => rule("topic", topic, ["Write", "Describe"])),
                    ...reads.map((topic) => rule("topic", topic, ["Read", "Describe"])),
                    ...groups.map((group) => rule("group", group, ["Read", "Describe"])),
                    ...watches.topics.map((topic) => rule("topic", topic, ["Describe"])),
                    ...watches.groups.map((group) => rule("group", group, ["Describe"])),
                    ...owns.flatMap((prefix) =>
                        (["topic", "group"] as const).map((type) => ({
                            resource: { type, name: prefix, patternType: "prefix" },
                            operations: ["All"],
                            host: "*",
                        })),
                    ),
                ],
            },
            quotas,
        },
    };
}

/** Arguments of {@link KafkaUser}. */
export interface KafkaUserArgs extends Foundation, UserRights {
    readonly kafka: KafkaOffer;
    /** Namespace of who uses it. */
    readonly namespace: Namespace;
    /** Pods that connect, by their labels, in that namespace; others say their way themselves. */
    readonly clients: readonly Readonly<Record<string, string>>[];
}

/**
 * Somebody who may use Kafka, by a certificate of the platform's own authority with its name. The
 * Secret lies where the client is: one that Strimzi made could not be read there.
 */
export class KafkaUser extends Part {
    /** Name that the brokers know it by. */
    readonly principal: string;
    /** `host:port` that it asks first. */
    readonly bootstrap = bootstrap;
    /**
     * Secret of the client's namespace with its certificate, `tls.crt` and `tls.key`, and in `ca.crt`
     * the authority of the brokers'.
     */
    readonly certificate: string;
    /** What clients wait for: the user, its certificate, and their way to the brokers. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: KafkaUserArgs, opts: pulumi.ComponentResourceOptions) {
        super("data", "KafkaUser", name, args, {}, opts);
        const { kafka, namespace, clients } = args;
        this.principal = `User:CN=${name}`;
        this.certificate = `${name}-kafka`;
        const user = this.object(userManifest(name, args), { dependsOn: [...kafka.ready] });
        const certificate = this.object(
            internalCertificate({
                name: this.certificate,
                namespace: namespace.name,
                names: [name],
                usage: "client auth",
            }),
            { dependsOn: [namespace.object, kafka.authority] },
        );
        const way = connectClients(`${name}-kafka`, { clients, namespace, to: kafka.endpoint });
        this.ready = [user, certificate, ...way];
    }
}
