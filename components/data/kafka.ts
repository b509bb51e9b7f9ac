import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { none } from "../base/capabilities";
import type { Controller } from "../base/component";
import { connect, type Endpoint } from "../base/connection";
import { define, type Fault } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { chart } from "../base/pins";
import { System } from "../base/system";
import { pattern, whole } from "../base/values";
import { certManager } from "../security/cert-manager";
import { replicasIn } from "../site";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { kafkaAlerts, kafkaObjectives, kafkaScrapes } from "./kafka-alerts";
import { kafkaDashboards } from "./kafka-dashboards";
import { brokerCertificate, kafkaCluster, nodePool } from "./kafka-manifests";
import { metricsConfigMap } from "./kafka-metrics";
import {
    brokerPods,
    brokersFor,
    entityOperatorPods,
    exporterPods,
    KAFKA,
    operatorPods,
    ports,
    reservedTopics,
} from "./kafka-names";
import type { KafkaOffer } from "./kafka-offer";
import { KafkaTopic, topicFault, type TopicSettings } from "./kafka-topic";
import { operatorValues } from "./kafka-values";

const topic = z.strictObject({
    name: pattern(
        /^[a-z0-9]([-a-z0-9.]{0,247}[a-z0-9])?$/,
        "a name of at most 249 lower case letters, digits, hyphens and dots",
    ).describe("name of the topic"),
    partitions: whole({ from: 1, to: 1000 })
        .default(3)
        .describe("most members of a group that read at the same time"),
    replicas: whole({ from: 1, to: 3 })
        .optional()
        .describe("copies of each record; default: one on each broker"),
    minimumInSync: whole({ from: 1, to: 3 })
        .optional()
        .describe("copies that must have a record before it counts; default: all but one"),
    retentionHours: whole({ from: 1, to: 87_600, of: "hours" })
        .default(168)
        .describe("hours for which a record is kept"),
    retentionMebibytes: whole({ from: 1, to: 1_048_576, of: "MiB" })
        .optional()
        .describe("most that a partition may hold; default: no limit"),
});

/** What is wrong with the topics of a site. */
function topicFaults(
    topics: readonly (TopicSettings & { readonly name: string })[],
    brokers: number,
): Fault[] {
    return topics.flatMap((settings, index) => {
        const key = `systems.kafka.topics[${index}]`;
        const fault = topicFault(settings, brokers);
        const isTwice = topics.findIndex(({ name }) => name === settings.name) < index;
        return [
            ...(fault === undefined ? [] : [{ ...fault, key: `${key}.${fault.field}` }]),
            ...(isTwice || reservedTopics.has(settings.name)
                ? [
                      {
                          key: `${key}.name`,
                          found: settings.name,
                          allowed: "a name that no other topic has",
                      },
                  ]
                : []),
        ];
    });
}

/** Kafka: the operator, the brokers, and topics of the site. */
export const kafka = define({
    name: "kafka",
    layer: "data",
    purpose: "events that many may read, in three copies on three hosts",
    origin: "001: three brokers over zones, by an operator",
    charts: {
        operator: chart("strimzi-kafka-operator", "1.2.0", "https://strimzi.io/charts/"),
    },
    needs: [certManager, rookCeph],
    offIn: { dev: "brokers and their operator take 2.5 GiB, and one broker keeps no second copy" },
    settings: {
        size: whole({ from: 1, to: 16_384, of: "GiB" })
            .default(10)
            .describe("GiB of each broker's volume"),
        topics: z
            .array(topic)
            .default([])
            .describe("topics of the site, besides those that systems need"),
    },
    check: ({ topics }, { profile }) =>
        topicFaults(topics, brokersFor(replicasIn(profile, "critical"))),
    capabilities: {
        metrics: kafkaScrapes,
        alerts: kafkaAlerts,
        objectives: kafkaObjectives,
        dashboards: kafkaDashboards,
        routes: none("programs inside of the cluster use it"),
        signOn: none("programs show certificates, and people have no way in"),
        backup: {
            by: "velero",
            what: "the volumes of the brokers; each record is on three of them anyway",
        },
        sizing: {
            by: "three brokers from staging on; the heap is fixed, the rest of the memory caches",
        },
        flows: "declared",
        retention: [{ what: "records of a topic that says nothing else", for: "168h" }],
    },
});

/** Arguments of {@link Kafka}. */
export interface KafkaArgs extends SystemContext<typeof kafka> {
    readonly storage: Storage;
    readonly authority: pulumi.Resource;
}

const controllers: readonly Controller[] = [
    {
        resource: `Kafka/${KAFKA}/${KAFKA}`,
        reason:
            "Strimzi runs one operator of topics and users and one exporter of lags. No record flows " +
            "through either; topics and users are there while they are not.",
    },
];

/**
 * Kafka with its operator, in one namespace, which is the only one that the operator may look into.
 * Clients and brokers show each other certificates of the platform's own authority.
 */
export class Kafka extends System<typeof kafka> implements KafkaOffer {
    readonly home: Namespace;
    readonly endpoint: Endpoint;
    readonly operator: Endpoint;
    readonly brokers: number;
    readonly authority: pulumi.Resource;

    constructor(
        { storage, authority, ...context }: KafkaArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { controllers }, opts);
        const { site, settings } = context;
        this.brokers = brokersFor(site.replicas("critical"));
        this.authority = authority;
        this.home = this.namespace(KAFKA, {
            tier: "platform",
            // Three JVMs with their caches, and what connects them to other systems.
            quota: { "requests.memory": "16Gi", "limits.memory": "24Gi" },
            backup: 1,
            restoreCheck: [
                {
                    claims: brokerPods,
                    files: [
                        // A comment with the date begins what Kafka says of a folder of its log.
                        { path: "**/meta.properties", begins: "23" },
                        { path: "**/__cluster_metadata-0/*.log", bytes: 1 },
                    ],
                },
            ],
            flows: [
                toApiServer(operatorPods, "operator-to-api-server"),
                toApiServer(entityOperatorPods, "entity-operator-to-api-server"),
                // Brokers read their certificates as Secrets.
                toApiServer(brokerPods, "brokers-to-api-server"),
            ],
        });
        const namespace = this.home;
        this.endpoint = { namespace, pods: brokerPods, ports: [ports.clients] };
        this.operator = { namespace, pods: operatorPods, ports: [ports.operator] };
        const ways = this.ways();
        const chart = this.chart(kafka.charts.operator, {
            release: "strimzi",
            namespace,
            apiGroups: ["kafka.strimzi.io", "core.strimzi.io"],
            values: operatorValues(site.replicas("serving")),
        });
        const certificate = this.object(brokerCertificate(), {
            dependsOn: [namespace.object, authority],
        });
        const before = [
            ...chart.ready,
            ...namespace.guardrails,
            ...ways,
            ...storage.ready,
            certificate,
            this.object(metricsConfigMap(), { dependsOn: [namespace.object] }),
        ];
        const kept = site.protect ? { protect: true, retainOnDelete: true } : {};
        const pool = this.object(
            nodePool(this.brokers, settings.size, storage.storageClasses.block),
            {
                ...kept,
                dependsOn: [...before, ...this.definition("kafka.strimzi.io/KafkaNodePool")],
            },
        );
        const cluster = this.object(kafkaCluster(this.brokers), {
            ...kept,
            dependsOn: [...before, pool, ...this.definition("kafka.strimzi.io/Kafka")],
            // Three volumes, then the quorum, then the operators beside it.
            customTimeouts: { create: "20m", update: "30m" },
        });
        this.waitFor(cluster);
        this.observe(namespace);
        for (const { name, ...topic } of settings.topics) {
            new KafkaTopic(name, { ...context, ...topic, kafka: this }, { parent: this });
        }
    }

    /** Who inside of the namespace talks to whom. */
    private ways(): readonly pulumi.Resource[] {
        const namespace = this.home;
        const brokers = { namespace, pods: brokerPods };
        const inside = { ...brokers, ports: [ports.controlPlane, ports.replication] };
        const beside = { ...brokers, ports: [ports.replication] };
        return [
            ...connect("kafka-replication", { from: brokers, to: inside }),
            ...connect("kafka-operator", {
                from: this.operator,
                to: { ...brokers, ports: [ports.controlPlane, ports.replication, ports.agent] },
            }),
            ...connect("kafka-entity-operator", {
                from: { namespace, pods: entityOperatorPods },
                to: beside,
            }),
            ...connect("kafka-exporter", { from: { namespace, pods: exporterPods }, to: beside }),
        ];
    }
}
