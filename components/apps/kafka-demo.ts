import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import type { End } from "../base/connection";
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
import { kafkaDemoAlerts, kafkaDemoScrapes } from "./kafka-demo-alerts";
import { demoProgram } from "./kafka-demo-bundle";
import { kafkaDemoDashboards } from "./kafka-demo-dashboards";
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
    needs: [kafka],
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
        sizing: { by: "replicas follow the profile; the alert on lag says when they are too few" },
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

/** What scales the consumers needs to know of them. */
export interface Consumers {
    /** `apps/v1` Deployment that is scaled. */
    readonly deployment: string;
    readonly namespace: Namespace;
    readonly group: string;
    readonly topic: string;
    /** `host:port` of Kafka. */
    readonly bootstrap: string;
    /** More consumers than partitions have nothing to do. */
    readonly partitions: number;
    /** Secret of the namespace with `ca.crt`, `tls.crt` and `tls.key` of a user that may see the group. */
    readonly certificate: string;
}

/**
 * A producer that takes registrations and a consumer that sends a mail for each, both in TypeScript
 * (`kafka-demo/`). There is no registry for images of our own, so the bundle is mounted.
 */
export class KafkaDemo extends System<typeof kafkaDemo> {
    /** Pods that send traces. */
    readonly traced: readonly End[];
    readonly consumers: Consumers;

    constructor(args: KafkaDemoArgs, opts: pulumi.ComponentResourceOptions) {
        super(args, {}, opts);
        const { site, settings, traces } = args;
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
                replicas,
                bootstrap: user.bootstrap,
                certificate: user.certificate,
                topics: registrations,
                domain: site.domain,
                traces: traces && `http://${traces.host}:${traceGateway.ports.http}`,
                everySeconds: settings.everySeconds ?? (site.mail === undefined ? 60 : 0),
                mail:
                    site.mail === undefined || password === undefined
                        ? undefined
                        : { ...site.mail, secretName: password.secretName },
            });
            this.object(deployment, {
                dependsOn: [
                    program,
                    ...namespace.guardrails,
                    ...args.pods,
                    ...topics.flatMap(({ ready }) => ready),
                    ...user.ready,
                    ...(password === undefined ? [] : [password.object]),
                ],
            });
            this.budget(`kafka-demo-${name}`, { namespace, pods: demoPods(name) }, replicas);
        }
        this.observe(namespace);
        this.traced = demoPrograms.map((name) => ({ namespace, pods: demoPods(name) }));
        this.consumers = {
            deployment: `${KAFKA_DEMO}-consumer`,
            namespace,
            group: DEMO_GROUP,
            topic: registrations.topic,
            bootstrap: users.consumer.bootstrap,
            partitions,
            certificate: users.consumer.certificate,
        };
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
