import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type GuardedPage, none } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { client, type OidcClient as Asked } from "../base/oidc-client";
import { image, manifests } from "../base/pins";
import { GeneratedSecret, type Renewal, type Rotation } from "../base/secret";
import { System } from "../base/system";
import { identityDb } from "../data/identity-db";
import { PostgresDatabase } from "../data/postgres-database";
import type { SharedServer } from "../data/shared-postgres";
import { personRoleNames } from "../foundation/roles";
import { envoyGateway } from "../gateway/envoy-gateway";
import type { PublicGateway } from "../gateway/public-gateway";
import { gatewayPodPorts } from "../gateway/public-names";
import { Route, type SignOn } from "../gateway/route";
import { authelia } from "./authelia";
import { ClientSecrets } from "./client-secrets";
import { keycloakAlerts, keycloakScrapes } from "./keycloak-alerts";
import { keycloakDashboards } from "./keycloak-dashboards";
import { keycloakResource, name, serverLabels, serverPorts, SERVICE } from "./keycloak-objects";
import { exceptions, operatorLabels, patched } from "./keycloak-operator";
import { BROKER, REALM, vaultNames } from "./keycloak-realm";
import { KeycloakRealm } from "./keycloak-realm-component";
import { type Directory, lldap } from "./lldap";
import { OidcClient } from "./oidc-client";
import type { ProviderEndpoints, SignOnProvider } from "./sign-on";

/** The console, for whoever administers realms. */
const consolePage: GuardedPage = {
    what: "the console for realms, and the realm of its own administrators",
    host: "iam",
    guard: "second factor",
    groups: ["platform-admin"],
};

/** Every person may sign on: which systems let whom in, their own clients say. */
const [first, ...others] = personRoleNames;
const asClient: Asked = {
    id: name,
    name: "Keycloak",
    host: "iam",
    redirects: [`/realms/${REALM}/broker/${BROKER}/endpoint`],
    scopes: ["openid", "profile", "email", "groups"],
    groups: [first, ...others],
};

/** Realms, for systems that want more of who signs people on than the login has. */
export const keycloak = define({
    name: "keycloak",
    layer: "identity",
    purpose: "realms with clients of OpenID Connect and SAML, for people that the login signs on",
    origin: "001: a realm with OIDC and SAML, federated with the directory",
    needs: [lldap, identityDb, envoyGateway, authelia],
    offIn: { dev: "the login answers clients of OpenID Connect with a tenth of the memory" },
    charts: {
        operator: manifests("keycloak-operator", "26.8.2", {
            repository: "https://github.com/keycloak/keycloak-k8s-resources",
            files: [
                "kubernetes/keycloaks.k8s.keycloak.org-v1.yml",
                "kubernetes/keycloakrealmimports.k8s.keycloak.org-v1.yml",
                "kubernetes/kubernetes.yml",
            ],
            namespace: "keycloak",
        }),
    },
    images: {
        keycloak: image("quay.io/keycloak/keycloak", "26.8.2"),
        node: image("docker.io/library/node", "24.21.0-alpine"),
    },
    settings: {
        answersClients: z
            .boolean()
            .default(false)
            .describe(
                "whether systems of the platform sign people on here instead of at the login",
            ),
    },
    // The client of the Kubernetes API is where all others are.
    issuer: ({ domain }, { answersClients }) =>
        answersClients ? issuerAt(`${asClient.host}.${domain}`) : undefined,
    capabilities: {
        metrics: keycloakScrapes,
        alerts: keycloakAlerts,
        dashboards: keycloakDashboards,
        routes: [
            {
                what: "the realm of people, for whoever signs on to a system of it",
                guard: "public",
            },
            consolePage,
        ],
        signOn: client(asClient),
        backup: none("realms are in identity-db, people in LLDAP, its own secrets in the state"),
        sizing: { by: "instances follow the profile; one answers some dozen sign-ons a second" },
        flows: "declared",
        retention: [
            { what: "sessions", for: "12h" },
            { what: "events of people and administrators", for: "30d" },
        ],
    },
});

/** Arguments of {@link Keycloak}. */
export interface KeycloakArgs extends SystemContext<typeof keycloak> {
    /** The cluster that holds its database. */
    readonly server: SharedServer;
    readonly directory: Directory;
    /** Who signs people on, with the second factor. */
    readonly login: SignOnProvider;
    /** Guards the console. */
    readonly guards: SignOn;
    readonly gateway: PublicGateway;
    /** Systems that sign people on here. */
    readonly clients: readonly Asked[];
}

/** Who renews what. */
const rotation: Rotation = { owner: "platform-admin", days: 365 };

/** The issuer of the realm of people. */
function issuerAt(host: string): string {
    return `https://${host}/realms/${REALM}`;
}

function endpointsOf(issuer: string): ProviderEndpoints {
    const protocol = `${issuer}/protocol/openid-connect`;
    return {
        discovery: `${issuer}/.well-known/openid-configuration`,
        authorization: `${protocol}/auth`,
        token: `${protocol}/token`,
        userInfo: `${protocol}/userinfo`,
        keys: `${protocol}/certs`,
    };
}

/**
 * Keycloak: a realm with the people of the directory, of whom the login says that they have signed
 * on. No password is asked here, so no way leads past the second factor; the console and the realm of
 * Keycloak's own administrators are behind it as well.
 */
export class Keycloak extends System<typeof keycloak> implements SignOnProvider {
    readonly issuer: string;
    readonly endpoints: ProviderEndpoints;
    readonly reachedAt: Endpoint;
    readonly authority: pulumi.Resource | undefined;
    readonly groupsClaim = "groups";
    private readonly clientSecrets: ClientSecrets;

    constructor(args: KeycloakArgs, opts: pulumi.ComponentResourceOptions) {
        super(args, { exceptions }, opts);
        const { site, gateway, directory, login, clients } = args;
        const inside = { parent: this };
        const instances = site.replicas("serving");
        const host = `${asClient.host}.${site.domain}`;
        const namespace = this.namespace(name, {
            tier: "platform",
            backup: 0,
            routed: true,
            flows: [toApiServer(operatorLabels)],
        });
        const servers = { namespace, pods: serverLabels };
        connect("keycloak-members", {
            from: servers,
            to: { ...servers, ports: serverPorts.members },
        });
        this.issuer = issuerAt(host);
        this.endpoints = endpointsOf(this.issuer);
        this.reachedAt = { ...gateway.proxies, ports: gatewayPodPorts };
        this.authority = login.authority;

        const operator = this.chart(keycloak.charts.operator, {
            namespace,
            values: {},
            apiGroups: ["k8s.keycloak.org"],
            patch: patched,
        });
        const database = new PostgresDatabase(
            "keycloak-database",
            {
                ...args,
                namespace,
                clients: [serverLabels],
                database: name,
                // Its own realm and that of the platform.
                restoreCheck: [{ table: "realm", rows: 2 }],
                rotation,
            },
            inside,
        );
        const account = directory.account(name, { namespace, groups: ["lldap_strict_readonly"] });
        const toDirectory = connect("keycloak-directory", {
            from: servers,
            to: directory.endpoint,
        });
        const broker = new OidcClient(
            "keycloak-broker",
            { site, client: asClient, provider: login, namespace, pods: serverLabels, rotation },
            inside,
        );
        // Keycloak reads both once, into an empty database; docs/runbooks/KeycloakDown.md has the way
        // to new ones.
        const once = { ...rotation, days: 3650 };
        const onlyAtFirst: Renewal = {
            how: "by hand",
            why: "Keycloak reads it when its database is empty, and from then on in the database",
            runbook: "docs/runbooks/rotate-secrets.md",
        };
        const provisioner = new GeneratedSecret(
            "keycloak-provisioner",
            {
                namespace,
                plain: { "client-id": "platform-provisioner" },
                generate: { "client-secret": { length: 48 } },
                rotation: once,
                renewal: onlyAtFirst,
            },
            { ...inside, protect: site.protect },
        );
        const administrator = new GeneratedSecret(
            "keycloak-administrator",
            {
                namespace,
                plain: { username: "admin" },
                generate: { password: { length: 32 } },
                type: "kubernetes.io/basic-auth",
                rotation: once,
                renewal: onlyAtFirst,
            },
            { ...inside, protect: site.protect },
        );
        const definition = this.definitions.get("k8s.keycloak.org/Keycloak");
        const [major, minor] = keycloak.images.keycloak.tag.split(".");
        const made = this.object(
            keycloakResource({
                namespace: namespace.name,
                image: keycloak.images.keycloak.reference,
                release: `${major}.${minor}`,
                instances,
                url: `https://${host}`,
                database,
                provisioner: provisioner.secretName,
                administrator: administrator.secretName,
                vault: [
                    {
                        secret: account.credentials,
                        key: "password",
                        file: `${REALM}_${vaultNames.directory}`,
                    },
                    {
                        secret: broker.secretName,
                        key: "client-secret",
                        file: `${REALM}_${vaultNames.broker}`,
                    },
                ],
            }),
            {
                dependsOn: [
                    ...(definition ? [definition] : []),
                    ...operator.ready,
                    ...database.ready,
                    ...account.ready,
                    ...toDirectory,
                    ...broker.ready,
                    provisioner.object,
                    administrator.object,
                    ...namespace.guardrails,
                    ...args.pods,
                ],
            },
        );
        const realm = new KeycloakRealm(
            "keycloak-realm",
            {
                site,
                namespace,
                servers,
                made,
                image: keycloak.images.node.reference,
                directory: { ...directory, endpoint: directory.endpoint, dn: account.dn },
                broker: { ...login, clientId: asClient.id },
                administrators: first,
                clients,
                provisioner,
                rotation,
            },
            inside,
        );
        this.clientSecrets = realm.clientSecrets;
        this.budget(name, servers, instances);
        this.observe(namespace);
        const place = {
            site,
            gateway,
            host,
            service: SERVICE,
            port: serverPorts.http,
            to: { ...servers, ports: [serverPorts.http] },
        };
        const people = new Route(
            `${name}-realm`,
            {
                ...place,
                paths: [`/realms/${REALM}`, "/resources"],
                guard: { open: "HTTPRoute/keycloak/keycloak-realm" },
            },
            inside,
        );
        const console = new Route(
            `${name}-console`,
            {
                ...place,
                paths: ["/admin", "/realms/master"],
                guard: { signOn: args.guards, page: consolePage },
            },
            inside,
        );
        this.waitFor(...realm.ready, ...people.ready, ...console.ready);
    }

    /** @throws Error for a client that no definition asks for, or that has no secret */
    clientSecret(id: string): pulumi.Output<string> {
        return this.clientSecrets.secret(id);
    }
}
