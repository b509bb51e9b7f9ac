import type * as pulumi from "@pulumi/pulumi";
import { none } from "../base/capabilities";
import type { AnyDefinition } from "../base/definition";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { client } from "../base/oidc-client";
import { chart, image } from "../base/pins";
import {
    ConfiguredSecret,
    GeneratedSecret,
    type Rotation,
    signOnAnew,
    yearly,
} from "../base/secret";
import { System } from "../base/system";
import { pattern } from "../base/values";
import { platformDb } from "../data/platform-db";
import { PostgresDatabase } from "../data/postgres-database";
import type { SharedServer } from "../data/shared-postgres";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import { authelia } from "../identity/authelia";
import { OidcClient } from "../identity/oidc-client";
import type { SignOnProvider } from "../identity/sign-on";
import { backstageAlerts, backstageDashboards, backstageScrapes } from "./backstage-alerts";
import { catalogOf } from "./backstage-catalog";
import {
    backstageClient,
    backstageConfiguration,
    backstagePage,
    pluginList,
} from "./backstage-configuration";
import { type OrderRepository, tenantTemplate } from "./backstage-template";
import {
    BACKSTAGE,
    backstageAccess,
    backstageFiles,
    backstagePatch,
    backstagePods,
    backstagePorts,
    backstageValues,
} from "./backstage-values";

/** The portal. */
export const backstage = define({
    name: "backstage",
    layer: "delivery",
    purpose: "a portal: what there is, whose it is, and orders for more",
    origin: "002.3.1: a portal with catalog, templates and onboarding",
    charts: { backstage: chart("backstage", "2.8.2", "https://backstage.github.io/charts") },
    // The chart's own is a demo; this one takes plugins and signs people on.
    images: { portal: image("quay.io/rhdh-community/rhdh", "1.10.3") },
    needs: [platformDb, authelia],
    offIn: { dev: "it takes memory that a small site has not" },
    settings: {
        orders: pattern(
            /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/,
            "owner/name of a repository on GitHub such as example/platform",
        )
            .optional()
            .describe(
                "repository on GitHub with this stack's file, as `owner/name`: an order for a tenant is a pull request there; default: nothing is ordered in the portal",
            ),
    },
    secrets: {
        portalToken: {
            description:
                "fine-grained token, made at github.com/settings/personal-access-tokens, with the rights Contents and Pull requests (read and write) on the repository of systems.backstage.orders alone",
            neededBecause: ({ orders }) => orders && "systems.backstage.orders is set",
        },
    },
    capabilities: {
        metrics: backstageScrapes,
        alerts: backstageAlerts,
        dashboards: backstageDashboards,
        routes: [backstagePage],
        signOn: client(backstageClient),
        backup: {
            by: "barmanCloud",
            what: "its database, with what was ordered: every minute of 30 days; the catalog follows from the program",
        },
        sizing: { by: "replicas follow the profile" },
        flows: "declared",
        retention: none("orders are kept, with who made them"),
    },
});

/** Whoever gave it renews it, as GitHub wants. */
const halfYearly: Rotation = { owner: "platform-admin", days: 180 };

/** Arguments of {@link Backstage}. */
export interface BackstageArgs extends SystemContext<typeof backstage> {
    readonly server: SharedServer;
    readonly gateway: PublicGateway;
    readonly guards: SignOn;
    readonly provider: SignOnProvider;
    /** The systems that are on. */
    readonly definitions: readonly AnyDefinition[];
}

/** `owner/name` as its parts. */
function repositoryOf(orders: string | undefined): OrderRepository | undefined {
    const [owner, name] = orders?.split("/") ?? [];
    return owner === undefined || name === undefined ? undefined : { owner, name };
}

/**
 * Backstage with a catalog that the program writes. It changes nothing in the cluster: what is ordered
 * becomes a change of the repository, that somebody reads before it is so.
 */
export class Backstage extends System<typeof backstage> {
    /** Where people find it. */
    readonly url: string;

    constructor(
        { server, gateway, guards, provider, definitions, ...context }: BackstageArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        const { site, settings } = context;
        const inside = { parent: this };
        const replicas = site.replicas("serving");
        const orders = repositoryOf(settings.orders);
        const isOn = (name: string) => definitions.some((definition) => definition.name === name);
        const namespace = this.namespace(BACKSTAGE, {
            tier: "app",
            backup: none("what was ordered is in platform-db, the rest follows from the program"),
            routed: true,
            flows: [
                toApiServer(backstagePods),
                ...(orders === undefined
                    ? []
                    : [
                          {
                              name: "pull-requests",
                              pods: backstagePods,
                              to: "internet" as const,
                              ports: [443],
                          },
                      ]),
            ],
        });
        const keys = new GeneratedSecret(
            "backstage-keys",
            {
                namespace,
                generate: { BACKEND_SECRET: { length: 48 }, SESSION_SECRET: { length: 48 } },
                rotation: yearly,
                renewal: signOnAnew,
            },
            inside,
        );
        const database = new PostgresDatabase(
            "backstage-database",
            {
                ...{ ...context, server, namespace, clients: [backstagePods] },
                database: BACKSTAGE,
                // The catalog is filled when it starts.
                restoreCheck: [{ table: "catalog.final_entities", rows: 1 }],
                rotation: yearly,
            },
            inside,
        );
        const signOn = new OidcClient(
            "backstage-client",
            {
                ...{ site, client: backstageClient, provider, namespace },
                ...{ pods: backstagePods, rotation: yearly },
            },
            inside,
        );
        const token =
            orders === undefined
                ? undefined
                : new ConfiguredSecret(
                      "backstage-orders",
                      {
                          namespace,
                          values: { GITHUB_TOKEN: context.secret("portalToken") },
                          rotation: halfYearly,
                      },
                      inside,
                  );
        const catalog = catalogOf({
            ...{ domain: site.domain, definitions, tenants: site.tenants },
            applications: isOn("argoCd") ? (site.delivery?.applications ?? []) : [],
        });
        const templates =
            orders === undefined
                ? []
                : [
                      tenantTemplate(orders, {
                          stack: site.stack,
                          hasVirtualClusters: isOn("vcluster"),
                      }),
                  ];
        const files = backstageFiles(
            catalog,
            templates,
            pluginList({ orders: orders !== undefined }),
        );
        const written = [files, ...backstageAccess(isOn("argoCd"))].map((manifest) =>
            this.object(manifest, { dependsOn: [namespace.object] }),
        );
        this.chart(backstage.charts.backstage, {
            release: BACKSTAGE,
            namespace,
            needs: [
                ...[keys.object, ...database.ready, ...signOn.ready, ...written],
                ...(token === undefined ? [] : [token.object]),
            ],
            patch: backstagePatch,
            values: backstageValues({
                image: backstage.images.portal,
                replicas,
                configuration: backstageConfiguration({
                    ...{ domain: site.domain, provider, database },
                    files: [
                        {
                            name: "catalog.yaml",
                            kinds: ["Domain", "System", "Component", "Resource", "Group"],
                        },
                        ...(templates.length === 0
                            ? []
                            : [{ name: "templates.yaml", kinds: ["Template" as const] }]),
                    ],
                    showsApplications: isOn("argoCd"),
                    orders: orders !== undefined,
                }),
                files,
                secrets: [
                    ["BACKEND_SECRET", keys.secretName, "BACKEND_SECRET"],
                    ["SESSION_SECRET", keys.secretName, "SESSION_SECRET"],
                    ["POSTGRES_USER", database.credentials, "username"],
                    ["POSTGRES_PASSWORD", database.credentials, "password"],
                    ["OIDC_CLIENT_SECRET", signOn.secretName, "client-secret"],
                    ...(token === undefined
                        ? []
                        : [["GITHUB_TOKEN", token.secretName, "GITHUB_TOKEN"] as const]),
                ],
                authority: database.authority,
            }),
        });
        this.budget(BACKSTAGE, { namespace, pods: backstagePods }, replicas);
        this.url = new Route(
            BACKSTAGE,
            {
                ...{ site, gateway, paths: ["/"], host: `${backstagePage.host}.${site.domain}` },
                guard: { signOn: guards, page: backstagePage },
                ...{ service: BACKSTAGE, port: backstagePorts.page },
                to: { namespace, pods: backstagePods, ports: [backstagePorts.page] },
            },
            inside,
        ).url;
        this.observe(namespace);
    }
}
