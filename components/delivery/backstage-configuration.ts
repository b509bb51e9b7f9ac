/** What the portal is told (Backstage 1.x: app-config.yaml; rhdh 1.10.3: docs/). Pure. */
import type { OidcClient } from "../base/oidc-client";
import type { GuardedPage } from "../base/capabilities";
import type { SignOnProvider } from "../identity/sign-on";
import type { Entity } from "./backstage-catalog";

/** Its page. */
export const backstagePage: GuardedPage = {
    what: "the portal: what there is, whose it is, and orders for more",
    host: "portal",
    guard: "second factor",
    groups: ["platform-admin", "app-developer", "monitoring-reader"],
};

/** The portal as a client of the login. */
export const backstageClient: OidcClient = {
    id: "backstage",
    name: "Portal",
    host: backstagePage.host,
    redirects: ["/api/auth/oidc/handler/frame"],
    scopes: ["openid", "profile", "email"],
    groups: backstagePage.groups,
};

/** Folder of the image in which it runs (rhdh 1.10.3: build/containerfiles/Containerfile). */
export const HOME = "/opt/app-root/src";
/** Folder of what the program writes, at every pod. */
export const CATALOG = `${HOME}/platform`;
/** Where plugins of the image are put in order. */
export const PLUGINS = "dynamic-plugins-root";
/** Where the authority of the database's and the login's certificate is. */
export const AUTHORITY = "/etc/platform-authority";

/** Plugins that are in the image: nothing is fetched. */
const plugin = (name: string, pluginConfig: object = {}) => ({
    package: `./dynamic-plugins/dist/${name}`,
    disabled: false,
    pluginConfig,
});

/** Which plugins it has (app-config.dynamic-plugins.yaml of the image). */
export function pluginList({ orders }: { readonly orders: boolean }): object {
    return {
        includes: [],
        plugins: [
            plugin("backstage-plugin-kubernetes-backend-dynamic"),
            plugin("backstage-plugin-kubernetes", {
                dynamicPlugins: {
                    frontend: {
                        "backstage.plugin-kubernetes": {
                            mountPoints: [
                                {
                                    mountPoint: "entity.page.kubernetes/cards",
                                    importName: "EntityKubernetesContent",
                                    config: {
                                        layout: { gridColumn: "1 / -1" },
                                        if: {
                                            anyOf: [
                                                {
                                                    hasAnnotation:
                                                        "backstage.io/kubernetes-namespace",
                                                },
                                            ],
                                        },
                                    },
                                },
                            ],
                        },
                    },
                },
            }),
            ...(orders
                ? [plugin("backstage-plugin-scaffolder-backend-module-github-dynamic")]
                : []),
        ],
    };
}

/** What is shown of a namespace; Secrets and ConfigMaps are not read. */
export const shownKinds = {
    core: ["pods", "services", "limitranges", "resourcequotas"],
    apps: ["deployments", "replicasets", "statefulsets", "daemonsets"],
    batch: ["jobs", "cronjobs"],
    autoscaling: ["horizontalpodautoscalers"],
} as const;
/** Of Argo CD: its page shows more, this one says whether all is well. */
export const applicationKind = {
    group: "argoproj.io",
    apiVersion: "v1alpha1",
    plural: "applications",
} as const;

/** What the configuration follows from. */
export interface BackstageConfiguration {
    readonly domain: string;
    readonly provider: Pick<SignOnProvider, "endpoints">;
    readonly database: { readonly host: string; readonly port: number; readonly database: string };
    /** Files of the catalog, in {@link CATALOG}. */
    readonly files: readonly { readonly name: string; readonly kinds: readonly Entity["kind"][] }[];
    readonly showsApplications: boolean;
    /** Whether it may ask for changes of a repository on GitHub. */
    readonly orders: boolean;
}

/** The configuration; what is secret comes by variables. */
export function backstageConfiguration(of: BackstageConfiguration) {
    const { domain, provider, database, files, showsApplications, orders } = of;
    const url = `https://${backstagePage.host}.${domain}`;
    return {
        app: { title: "Portal", baseUrl: url },
        organization: { name: domain },
        backend: {
            baseUrl: url,
            listen: { port: 7007 },
            cors: { origin: url },
            csp: {
                "connect-src": ["'self'"],
                "img-src": ["'self'", "data:"],
                "script-src": ["'self'", "'unsafe-eval'"],
            },
            auth: { externalAccess: [], keys: [{ secret: "${BACKEND_SECRET}" }] },
            database: {
                client: "pg",
                // A schema for each plugin: the role may make no databases.
                pluginDivisionMode: "schema",
                ensureExists: false,
                connection: {
                    ...{ host: database.host, port: database.port, database: database.database },
                    user: "${POSTGRES_USER}",
                    password: "${POSTGRES_PASSWORD}",
                    ssl: { ca: { $file: `${AUTHORITY}/ca.crt` } },
                },
            },
        },
        auth: {
            environment: "production",
            session: { secret: "${SESSION_SECRET}" },
            providers: {
                oidc: {
                    production: {
                        metadataUrl: provider.endpoints.discovery,
                        clientId: backstageClient.id,
                        clientSecret: "${OIDC_CLIENT_SECRET}",
                        tokenEndpointAuthMethod: "client_secret_basic",
                        additionalScopes: backstageClient.scopes,
                        prompt: "auto",
                        signIn: {
                            resolvers: [
                                {
                                    resolver: "emailLocalPartMatchingUserEntityName",
                                    dangerouslyAllowSignInWithoutUserInCatalog: true,
                                },
                            ],
                        },
                    },
                },
            },
        },
        signInPage: "oidc",
        // The login and the gateway let in whom it should; people are not copied into the catalog.
        dangerouslyAllowSignInWithoutUserInCatalog: true,
        permission: { enabled: false },
        catalog: {
            // It is what the program says; nobody adds to it by hand.
            readonly: true,
            locations: files.map(({ name, kinds }) => ({
                type: "file",
                target: `${CATALOG}/${name}`,
                rules: [{ allow: kinds }],
            })),
        },
        kubernetes: {
            serviceLocatorMethod: { type: "multiTenant" },
            clusterLocatorMethods: [
                {
                    type: "config",
                    clusters: [
                        {
                            name: "platform",
                            url: "https://kubernetes.default.svc",
                            authProvider: "serviceAccount",
                            skipTLSVerify: false,
                            skipMetricsLookup: true,
                            caFile: "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
                        },
                    ],
                },
            ],
            objectTypes: Object.values(shownKinds).flat(),
            customResources: showsApplications ? [applicationKind] : [],
        },
        ...(orders
            ? { integrations: { github: [{ host: "github.com", token: "${GITHUB_TOKEN}" }] } }
            : {}),
        dynamicPlugins: { rootDirectory: PLUGINS },
    };
}
