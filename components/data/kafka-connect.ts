import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import { connect } from "../base/connection";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import { ConfiguredSecret, yearly } from "../base/secret";
import { System } from "../base/system";
import { kafka } from "./kafka";
import { kafkaConnectAlerts, kafkaConnectScrapes } from "./kafka-connect-alerts";
import { kafkaConnectDashboards } from "./kafka-connect-dashboards";
import {
    CONNECT,
    connectMetrics,
    connectorManifest,
    connectPods,
    connectWorkers,
    credentialsKey,
} from "./kafka-connect-manifests";
import { connectorFaults, type Connector, connectorSettings } from "./kafka-connect-settings";
import { ports, usualCopies } from "./kafka-names";
import type { KafkaOffer } from "./kafka-offer";
import { KafkaUser, type UserRights } from "./kafka-user";

const NEEDS_CONNECTORS = "it copies what connectors say, and the site has to say which there are";

/** What copies records between topics and other systems. */
export const kafkaConnect = define({
    name: "kafkaConnect",
    layer: "data",
    purpose: "connectors, which copy records between topics and other systems",
    origin: "001: a Connect cluster",
    charts: {},
    needs: [kafka],
    offIn: { dev: NEEDS_CONNECTORS, staging: NEEDS_CONNECTORS, prod: NEEDS_CONNECTORS },
    settings: { connectors: connectorSettings },
    secrets: {
        kafkaConnectCredentials: {
            description:
                "what connectors name under credentials; made in a file of lines `name=value`, one for each name; how it is read stands at kafka.apache.org under FileConfigProvider",
            neededBecause: ({ connectors }) => {
                const found = connectors.find(
                    ({ credentials }) => Object.keys(credentials).length > 0,
                );
                return found && `the connector ${found.name} has credentials`;
            },
        },
    },
    check: ({ connectors }) => connectorFaults(connectors),
    capabilities: {
        metrics: kafkaConnectScrapes,
        alerts: kafkaConnectAlerts,
        dashboards: kafkaConnectDashboards,
        routes: none("connectors are data of the program"),
        signOn: none("nobody signs on to it"),
        backup: none("its place in topics and elsewhere is in topics of its own"),
        sizing: { by: "workers follow the profile and share the tasks of all connectors" },
        flows: "declared",
        retention: none("it keeps its last state alone, in compacted topics"),
    },
});

/** Arguments of {@link KafkaConnect}. */
export interface KafkaConnectArgs extends SystemContext<typeof kafkaConnect> {
    readonly kafka: KafkaOffer;
}

const MEGABYTE = 1_048_576;

/** What the connectors together may do, and the workers with their own topics. */
export function connectRights(connectors: readonly Connector[]): UserRights {
    const all = (field: "reads" | "writes") =>
        [...new Set(connectors.flatMap((own) => own[field]))].sort();
    return {
        reads: all("reads"),
        writes: all("writes"),
        // A connector that reads is the group `connect-<name>` (Kafka: SinkUtils.consumerGroupId).
        groups: connectors
            .filter(({ reads }) => reads.length > 0)
            .map(({ name }) => `connect-${name}`),
        owns: [CONNECT],
        quotas: { producerByteRate: 10 * MEGABYTE, consumerByteRate: 10 * MEGABYTE },
    };
}

/**
 * Kafka Connect beside the brokers, as one user of Kafka that may do what its connectors say. Plugins
 * are images that are mounted, so nothing is built and nothing is downloaded by a pod.
 */
export class KafkaConnect extends System<typeof kafkaConnect> {
    constructor(
        { kafka: offer, ...context }: KafkaConnectArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site, settings, secret } = context;
        const { connectors } = settings;
        const inside = { parent: this };
        const { home: namespace } = offer;
        const own = { namespace, pods: connectPods };
        const user = new KafkaUser(
            CONNECT,
            {
                ...context,
                ...connectRights(connectors),
                kafka: offer,
                namespace,
                clients: [connectPods],
            },
            inside,
        );
        const hasCredentials = connectors.some(
            ({ credentials }) => Object.keys(credentials).length > 0,
        );
        const credentials = hasCredentials
            ? new ConfiguredSecret(
                  `${CONNECT}-credentials`,
                  {
                      namespace,
                      values: { [credentialsKey]: secret("kafkaConnectCredentials") },
                      rotation: yearly,
                  },
                  inside,
              )
            : undefined;
        const rest = { ...own, ports: [ports.connect] };
        const ways = [
            ...connect("kafka-connect-operator", { from: offer.operator, to: rest }),
            // Workers hand each other what only the leader may do.
            ...connect("kafka-connect-members", { from: own, to: rest }),
            ...connectors.flatMap(({ name, reaches }) =>
                reaches.map(({ to, ports: open }, index) =>
                    namespace.allow({
                        name: `connector-${name}-${index + 1}`,
                        pods: connectPods,
                        to: to === "internet" ? to : { cidr: to },
                        ports: open,
                    }),
                ),
            ),
        ];
        const workers = this.object(
            connectWorkers({
                replicas: site.replicas("serving"),
                bootstrap: user.bootstrap,
                certificate: user.certificate,
                copies: usualCopies(offer.brokers).replicas,
                connectors,
                credentials: credentials?.secretName,
            }),
            {
                dependsOn: [
                    ...offer.ready,
                    ...user.ready,
                    ...ways,
                    ...(credentials === undefined ? [] : [credentials.object]),
                    this.object(connectMetrics(), { dependsOn: [namespace.object] }),
                ],
            },
        );
        for (const connector of connectors) {
            this.object(connectorManifest(connector), { dependsOn: [workers] });
        }
        this.waitFor(workers);
        this.observe(namespace);
    }
}
