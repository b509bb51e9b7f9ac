import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { connectClients, type End } from "../base/connection";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { image } from "../base/pins";
import { ConfiguredSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { traceGateway, type TraceTarget } from "../base/traces";
import { whole } from "../base/values";
import { kafka } from "../data/kafka";
import type { KafkaOffer } from "../data/kafka-offer";
import { registrations } from "../data/kafka-names";
import { KafkaTopic } from "../data/kafka-topic";
import { KafkaUser, type UserRights } from "../data/kafka-user";
import { RegisteredSchema } from "../data/registered-schema";
import { schemaRegistry } from "../data/schema-registry";
import type { SchemaRegistryOffer } from "../data/schema-registry-offer";
import type { Scaler } from "../scaling/keda";
import { registrationSchema, subject } from "./kafka-demo/registration";
import { kafkaDemoAlerts, kafkaDemoScrapes } from "./kafka-demo-alerts";
import { demoProgram } from "./kafka-demo-bundle";
import { kafkaDemoDashboards } from "./kafka-demo-dashboards";
import { scaleConsumers } from "./kafka-demo-scaling";
import {
    DEMO_GROUP,
    demoDeployment,
    demoPods,
    type DemoProgram,
    demoPrograms,
    KAFKA_DEMO,
    passwordKey,
    producerService,
    programMap,
} from "./kafka-demo-manifests";

/** An event that becomes a mail. */
export const kafkaDemo = define({
    name: "kafkaDemo",
    layer: "apps",
    purpose: "a worked example of events: a registration is written to Kafka and becomes a mail",
    origin: "001: registrations as events, mails from them",
    charts: {},
    images: { node: image("docker.io/library/node", "24.21.0-alpine") },
    needs: [kafka, schemaRegistry],
    offIn: { dev: "Kafka is off" },
    settings: {
        everySeconds: whole({ from: 0, to: 86_400, of: "seconds" })
            .optional()
            .describe(
                "seconds between two registrations that the producer makes up, 0 for none; default: 60 where the site sends no mail, else none",
            ),
    },
    capabilities: {
        metrics: kafkaDemoScrapes,
        alerts: kafkaDemoAlerts,
        dashboards: kafkaDemoDashboards,
        routes: none("programs inside of the cluster hand registrations in"),
        signOn: none("nobody signs on to it"),
        backup: none("its events are in Kafka, and it keeps nothing itself"),
        sizing: {
            by: "consumers follow the registrations that wait where KEDA is on, at most one for each of six partitions; producers the profile",
        },
        flows: "declared",
        retention: [
            { what: "registrations", for: "168h" },
            { what: "registrations that became no mail", for: "720h" },
        ],
    },
});

/** Arguments of {@link KafkaDemo}. */
export interface KafkaDemoArgs extends SystemContext<typeof kafkaDemo> {
    readonly kafka: KafkaOffer;
    readonly schemas: SchemaRegistryOffer;
    /** Scales the consumers; undefined where they have the number that the profile says. */
    readonly scaler: Scaler | undefined;
    /** Where spans go; undefined when nobody takes them. */
    readonly traces: TraceTarget | undefined;
    /** Password of the account that sends mail; undefined when the site sends none. */
    readonly mailPassword: pulumi.Output<string> | undefined;
}

const MEGABYTE = 1_048_576;

/** What each program may do in Kafka. */
const rights: Readonly<Record<DemoProgram, UserRights>> = {
    producer: { writes: [registrations.topic], quotas: { producerByteRate: MEGABYTE } },
    consumer: {
        reads: [registrations.topic],
        writes: [registrations.dead],
        groups: [DEMO_GROUP],
        quotas: { consumerByteRate: MEGABYTE, producerByteRate: MEGABYTE },
    },
};

/**
 * A producer that takes registrations and a consumer that sends a mail for each, both in TypeScript
 * (`kafka-demo/`). There is no registry for images of our own, so the bundle is mounted.
 */
export class KafkaDemo extends System<typeof kafkaDemo> {
    /** Pods that send traces. */
    readonly traced: readonly End[];

    constructor(args: KafkaDemoArgs, opts: pulumi.ComponentResourceOptions) {
        super(args, {}, opts);
        const { site, settings, traces, scaler } = args;
        const replicas = site.replicas("serving");
        const namespace = this.namespace(KAFKA_DEMO, {
            tier: "app",
            backup: none("its events are in Kafka, and it keeps nothing itself"),
            flows:
                site.mail === undefined
                    ? []
                    : [
                          {
                              name: "mail",
                              pods: demoPods("consumer"),
                              to: "internet",
                              ports: [site.mail.port],
                          },
                      ],
        });
        const inside = { parent: this };
        const partitions = 6;
        const topics = [
            new KafkaTopic(
                registrations.topic,
                { ...args, partitions, retentionHours: 168, retentionMebibytes: 64 },
                inside,
            ),
            new KafkaTopic(
                registrations.dead,
                { ...args, partitions: 1, retentionHours: 720, retentionMebibytes: 64 },
                inside,
            ),
        ];
        const schema = new RegisteredSchema(
            "kafka-demo-registration",
            {
                site,
                registry: args.schemas,
                subject: subject(registrations.topic),
                type: "JSON",
                schema: JSON.stringify(registrationSchema),
                // Consumers of every age read what is written: optional fields may come, none may go.
                compatibility: "FORWARD_TRANSITIVE",
            },
            inside,
        );
        const toSchemas = connectClients("kafka-demo-schemas", {
            clients: demoPrograms.map(demoPods),
            namespace,
            to: args.schemas.endpoint,
        });
        const users = this.users(args, namespace);
        const password =
            args.mailPassword === undefined
                ? undefined
                : new ConfiguredSecret(
                      "kafka-demo-mail",
                      { namespace, values: { [passwordKey]: args.mailPassword }, rotation: yearly },
                      inside,
                  );
        const manifest = programMap(demoProgram());
        const program = this.object(manifest, { dependsOn: [namespace.object] });
        this.object(producerService(), { dependsOn: [namespace.object] });
        for (const name of demoPrograms) {
            const user = users[name];
            const deployment = demoDeployment(name, {
                image: kafkaDemo.images.node.reference,
                program: manifest.metadata.name ?? "",
                replicas: name === "consumer" && scaler !== undefined ? undefined : replicas,
                bootstrap: user.bootstrap,
                certificate: user.certificate,
                topics: registrations,
                registry: args.schemas.url,
                domain: site.domain,
                traces: traces && `http://${traces.host}:${traceGateway.ports.http}`,
                everySeconds: settings.everySeconds ?? (site.mail === undefined ? 60 : 0),
                mail:
                    site.mail === undefined || password === undefined
                        ? undefined
                        : { ...site.mail, secretName: password.secretName },
            });
            const object = this.object(deployment, {
                dependsOn: [
                    program,
                    ...namespace.guardrails,
                    ...args.pods,
                    ...topics.flatMap(({ ready }) => ready),
                    ...schema.ready,
                    ...toSchemas,
                    ...user.ready,
                    ...(password === undefined ? [] : [password.object]),
                ],
            });
            if (name === "consumer" && scaler !== undefined) {
                scaleConsumers(
                    { ...args, scaler, namespace, atLeast: replicas, partitions },
                    [object, ...topics.flatMap(({ ready }) => ready)],
                    inside,
                );
            }
            this.budget(`kafka-demo-${name}`, { namespace, pods: demoPods(name) }, replicas);
        }
        this.observe(namespace);
        this.traced = demoPrograms.map((name) => ({ namespace, pods: demoPods(name) }));
    }

    private users(args: KafkaDemoArgs, namespace: Namespace): Record<DemoProgram, KafkaUser> {
        const user = (program: DemoProgram) =>
            new KafkaUser(
                `${KAFKA_DEMO}-${program}`,
                { ...args, ...rights[program], namespace, clients: [demoPods(program)] },
                { parent: this },
            );
        return { producer: user("producer"), consumer: user("consumer") };
    }
}
