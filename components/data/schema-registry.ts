import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type GuardedPage, none } from "../base/capabilities";
import type { Endpoint } from "../base/connection";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { atGateway } from "../base/oidc-client";
import { image, manifests } from "../base/pins";
import { yearly } from "../base/secret";
import { System } from "../base/system";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { identityDb } from "./identity-db";
import { PostgresDatabase } from "./postgres-database";
import {
    schemaRegistryAlerts,
    schemaRegistryObjectives,
    schemaRegistryScrapes,
} from "./schema-registry-alerts";
import { schemaRegistryDashboards } from "./schema-registry-dashboards";
import {
    apicurioOperatorPods,
    compatibilities,
    registryPagePods,
    registryPageService,
    registryPods,
    registryPorts,
    registryService,
    registryUrl,
    SCHEMA_REGISTRY,
} from "./schema-registry-names";
import { pageFiles, registryResource } from "./schema-registry-objects";
import type { SchemaRegistryOffer } from "./schema-registry-offer";
import { definitionReader, operatorPatch } from "./schema-registry-operator";
import type { SharedServer } from "./shared-postgres";

const schemasPage: GuardedPage = {
    what: "schemas of topics, their versions and rules",
    host: "schemas",
    guard: "sign-on",
    groups: ["platform-admin", "app-developer"],
};

/** What records of topics look like, and what they may become. */
export const schemaRegistry = define({
    name: "schemaRegistry",
    layer: "data",
    purpose: "schemas of topics, and which change of one is allowed",
    origin: "001: a registry of schemas",
    charts: {
        operator: manifests("apicurio-registry-operator", "3.3.1", {
            repository: "https://github.com/Apicurio/apicurio-registry",
            files: ["operator/install/apicurio-registry-operator-3.3.1.yaml"],
            namespace: "PLACEHOLDER_NAMESPACE",
        }),
    },
    images: { node: image("docker.io/library/node", "24.21.0-alpine") },
    // Where platformDb is on, that holds its database.
    needs: [identityDb],
    offIn: { dev: "Kafka is off, and without topics there is nothing to describe" },
    settings: {
        compatibility: z
            .enum(compatibilities)
            .default("BACKWARD")
            .describe(
                "what a new version of a schema must be to the last one, where its subject says nothing else",
            ),
    },
    capabilities: {
        metrics: schemaRegistryScrapes,
        alerts: schemaRegistryAlerts,
        objectives: schemaRegistryObjectives,
        dashboards: schemaRegistryDashboards,
        routes: [schemasPage],
        signOn: atGateway(
            "whoever is let in may add versions, which the rules must allow; nobody may delete one",
        ),
        backup: {
            by: "barmanCloud",
            what: "its database, with every version of every schema: every minute of 30 days",
        },
        sizing: {
            by: "replicas follow the profile; programs ask once for each schema and remember it",
        },
        flows: "declared",
        retention: none("every version is kept: old records name it"),
    },
});

/** Arguments of {@link SchemaRegistry}. */
export interface SchemaRegistryArgs extends SystemContext<typeof schemaRegistry> {
    /** The cluster that holds its database. */
    readonly server: SharedServer;
    /** Where its pages attach; undefined when nothing is reached from outside. */
    readonly gateway: PublicGateway | undefined;
    /** Guards the pages; undefined when nobody signs people on at the gateway. */
    readonly guards: SignOn | undefined;
}

/**
 * Apicurio Registry with its operator, in one namespace, the only one that the operator may look
 * into. Programs use the API of Confluent's registry, people the pages behind the sign-on.
 */
export class SchemaRegistry extends System<typeof schemaRegistry> implements SchemaRegistryOffer {
    readonly home: Namespace;
    readonly endpoint: Endpoint;
    readonly url = registryUrl;
    readonly node = schemaRegistry.images.node.reference;
    /** Where people find it; undefined where they cannot. */
    readonly page: string | undefined;

    constructor(
        { server, gateway, guards, ...context }: SchemaRegistryArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site, settings } = context;
        const replicas = site.replicas("serving");
        const isRouted = gateway !== undefined && guards !== undefined;
        const namespace = this.namespace(SCHEMA_REGISTRY, {
            tier: "platform",
            backup: none("schemas are in the shared database"),
            routed: isRouted,
            flows: [toApiServer(apicurioOperatorPods)],
        });
        this.home = namespace;
        this.endpoint = { namespace, pods: registryPods, ports: [registryPorts.http] };
        const operator = this.chart(schemaRegistry.charts.operator, {
            namespace,
            values: {},
            apiGroups: ["registry.apicur.io"],
            patch: (manifest) => operatorPatch(manifest, replicas),
        });
        const rights = definitionReader().map((manifest) => this.object(manifest));
        this.budget(
            "apicurio-registry-operator",
            { namespace, pods: apicurioOperatorPods },
            replicas,
        );
        const database = new PostgresDatabase(
            "schema-registry-database",
            {
                ...context,
                server,
                namespace,
                clients: [registryPods],
                database: "apicurio",
                // The version of the tables, written with them at the first start.
                restoreCheck: [{ table: "apicurio", rows: 1 }],
                rotation: yearly,
            },
            { parent: this },
        );
        const url = isRouted ? `https://${schemasPage.host}.${site.domain}` : undefined;
        const files = url === undefined ? undefined : pageFiles(url);
        const written =
            files === undefined ? [] : [this.object(files, { dependsOn: [namespace.object] })];
        const registry = this.object(
            registryResource({
                replicas,
                compatibility: settings.compatibility,
                database,
                pages: url === undefined ? undefined : { url, files: files?.metadata.name ?? "" },
            }),
            {
                dependsOn: [
                    ...this.definition("registry.apicur.io/ApicurioRegistry3"),
                    ...operator.ready,
                    ...rights,
                    ...database.ready,
                    ...written,
                    ...namespace.guardrails,
                    ...context.pods,
                ],
            },
        );
        this.waitFor(registry);
        this.observe(namespace);
        if (isRouted) {
            this.page = this.routes({ site, gateway, guards });
        }
        this.registerOutputs({ page: this.page });
    }

    /** The pages, and the API that they call, behind one sign-on. */
    private routes({
        site,
        gateway,
        guards,
    }: Pick<SchemaRegistryArgs, "site"> & {
        readonly gateway: PublicGateway;
        readonly guards: SignOn;
    }): string {
        const shared = {
            site,
            gateway,
            host: `${schemasPage.host}.${site.domain}`,
            guard: { signOn: guards, page: schemasPage },
            port: registryPorts.http,
        };
        new Route(
            "schema-registry-api",
            { ...shared, paths: ["/apis"], service: registryService, to: this.endpoint },
            { parent: this },
        );
        const to = { ...this.endpoint, pods: registryPagePods };
        return new Route(
            "schema-registry-page",
            { ...shared, paths: ["/"], service: registryPageService, to },
            { parent: this },
        ).url;
    }
}
