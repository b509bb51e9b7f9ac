import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type GuardedPage, none } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import type { OidcClient } from "../base/oidc-client";
import { image } from "../base/pins";
import type { Rotation } from "../base/secret";
import { System } from "../base/system";
import { named, pattern, text } from "../base/values";
import { identityDb } from "../data/identity-db";
import { PostgresDatabase } from "../data/postgres-database";
import { Redis } from "../data/redis";
import { redisOperator, type RedisOffer } from "../data/redis-operator";
import type { SharedServer } from "../data/shared-postgres";
import { envoyGateway } from "../gateway/envoy-gateway";
import type { PublicGateway } from "../gateway/public-gateway";
import { gatewayPodPorts } from "../gateway/public-names";
import { Route } from "../gateway/route";
import type { Issuers } from "../security/issuers";
import type { Storage } from "../storage/ceph-cluster";
import { rookCeph } from "../storage/rook-ceph";
import { autheliaAlerts, autheliaObjectives, autheliaScrapes } from "./authelia-alerts";
import { autheliaDashboards } from "./authelia-dashboards";
import { autheliaFile, autheliaPorts, secretFiles } from "./authelia-configuration";
import {
    autheliaLabels,
    type AutheliaObjects,
    configMap,
    deployment,
    name,
    service,
} from "./authelia-objects";
import { AutheliaSecrets } from "./authelia-secrets";
import { ClientSecrets } from "./client-secrets";
import { type Directory, lldap } from "./lldap";
import type { ProviderEndpoints, SignOnProvider } from "./sign-on";

/** The formats that Authelia v4.39.20 compares with, without the plain text that it takes too. */
const isDigest = (value: string) =>
    /^\$(pbkdf2|argon2|scrypt|bcrypt|2[aby]|6|5)[-\w]*\$/.test(value);

/** Programs outside of the platform that sign people on, such as Proxmox. */
const outsideClient = z.strictObject({
    id: pattern(
        /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
        "an id of lower-case letters, digits and hyphens",
    ).describe("its `client_id`, each once and none of the platform's own"),
    name: named("the name that people read").describe("what people read when they sign on"),
    redirects: z
        .array(
            pattern(
                /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])\S+$/,
                "an https:// address, or http:// on people's own machine",
            ),
        )
        .min(1)
        .describe("where people are sent back to"),
    groups: z
        .array(named("the name of a group"))
        .min(1)
        .describe("groups of the directory whose people may sign on to it"),
    digest: text(
        isDigest,
        "the digest of its secret, never the secret: authelia crypto hash generate pbkdf2 --variant sha512 --random",
    )
        .optional()
        .describe("digest of its secret; without one it has no secret and proves itself by PKCE"),
});

/** The login. */
export const authelia = define({
    name: "authelia",
    layer: "identity",
    purpose: "the login: signs people on with a second factor, and says so to whoever asks",
    origin: "000, 001: sign-on with a second factor before the applications",
    needs: [lldap, identityDb, redisOperator, rookCeph, envoyGateway],
    charts: {},
    issuer: ({ domain }) => `https://auth.${domain}`,
    images: { authelia: image("ghcr.io/authelia/authelia", "4.39.20") },
    settings: {
        clients: z
            .array(outsideClient)
            .default([])
            .describe("programs outside of the platform that sign people on by OpenID Connect"),
    },
    capabilities: {
        metrics: autheliaScrapes,
        alerts: autheliaAlerts,
        objectives: autheliaObjectives,
        dashboards: autheliaDashboards,
        routes: [{ what: "the login itself, and the OpenID Connect provider", guard: "public" }],
        signOn: none("it is what people sign on with"),
        backup: none(
            "second factors and consents are in identity-db, sessions end with Redis, its keys are in the state",
        ),
        sizing: { by: "replicas follow the profile; each request to a guarded page asks it once" },
        flows: "declared",
        retention: [
            { what: "sessions", for: "12h" },
            { what: "sessions of people who asked to be remembered", for: "7d" },
        ],
    },
    check: ({ clients }) =>
        clients.flatMap(({ id }, index) =>
            clients.findIndex((other) => other.id === id) < index
                ? [
                      {
                          key: `systems.authelia.clients[${index}].id`,
                          found: id,
                          allowed: "an id that no other client has",
                      },
                  ]
                : [],
        ),
});

/** Arguments of {@link Authelia}. */
export interface AutheliaArgs extends SystemContext<typeof authelia> {
    /** The cluster that holds its database. */
    readonly server: SharedServer;
    readonly redis: RedisOffer;
    readonly storage: Pick<Storage, "storageClasses" | "ready">;
    readonly directory: Directory;
    readonly issuers: Pick<Issuers, "internal" | "acme">;
    readonly gateway: PublicGateway;
    /** Pages of the platform behind the login. */
    readonly pages: readonly GuardedPage[];
    /** Systems of the platform that sign people on themselves. */
    readonly clients: readonly OidcClient[];
    /** Password of the account that sends mail; undefined when the site sends none. */
    readonly mailPassword: pulumi.Output<string> | undefined;
}

/** Who renews what. */
const rotation: Rotation = { owner: "platform-admin", days: 365 };

function endpointsOf(issuer: string): ProviderEndpoints {
    return {
        discovery: `${issuer}/.well-known/openid-configuration`,
        authorization: `${issuer}/api/oidc/authorization`,
        token: `${issuer}/api/oidc/token`,
        userInfo: `${issuer}/api/oidc/userinfo`,
        keys: `${issuer}/jwks.json`,
    };
}

/**
 * Authelia: the page on which people sign on, the answer to the gateway's question who somebody is,
 * and the provider of OpenID Connect for systems that ask themselves. People are those of the
 * directory; sessions are in Redis, second factors in the database, so that any replica will do.
 *
 * Its own objects instead of its chart (0.11.5): upstream calls that beta, its default is a
 * DaemonSet, and its schema is read from the internet at each rendering.
 */
export class Authelia extends System<typeof authelia> implements SignOnProvider {
    readonly issuer: string;
    readonly endpoints: ProviderEndpoints;
    readonly reachedAt: Endpoint;
    readonly authority: pulumi.Resource | undefined;
    readonly groupsClaim = "groups";
    /** Where the proxies ask who somebody is. */
    readonly answersAt: Endpoint;
    private readonly clientSecrets: ClientSecrets;

    constructor(args: AutheliaArgs, opts: pulumi.ComponentResourceOptions) {
        super(args, {}, opts);
        const { site, gateway, issuers } = args;
        const inside = { parent: this };
        const replicas = site.replicas("serving");
        const host = `auth.${site.domain}`;
        const namespace = this.namespace("authelia", {
            tier: "platform",
            backup: 0,
            routed: true,
            flows:
                site.mail === undefined
                    ? []
                    : [
                          {
                              name: "mail",
                              pods: autheliaLabels,
                              to: "internet",
                              ports: [site.mail.port],
                          },
                      ],
        });
        this.answersAt = { namespace, pods: autheliaLabels, ports: [autheliaPorts.http] };
        this.issuer = `https://${host}`;
        this.endpoints = endpointsOf(this.issuer);
        this.reachedAt = { ...gateway.proxies, ports: gatewayPodPorts };
        this.authority = issuers.acme === undefined ? issuers.internal : undefined;
        this.clientSecrets = new ClientSecrets("authelia-clients", { ...args, rotation }, inside);

        const clients = [autheliaLabels];
        const database = new PostgresDatabase(
            "authelia-database",
            {
                ...args,
                namespace,
                clients,
                database: name,
                // Without the second nothing that is encrypted can be read.
                restoreCheck: [
                    { table: "migrations", rows: 1 },
                    { table: "encryption", rows: 1 },
                ],
                rotation,
            },
            inside,
        );
        const sessions = new Redis(
            "authelia-redis",
            { ...args, namespace, clients, size: 1, memory: "128Mi", asksSentinels: true },
            inside,
        );
        const account = args.directory.account(name, {
            namespace,
            // People who forgot their password get a new one here.
            groups: ["lldap_password_manager"],
        });
        const way = connect("authelia-directory", {
            from: { namespace, pods: autheliaLabels },
            to: args.directory.endpoint,
        });
        const secrets = new AutheliaSecrets(
            "authelia-secrets",
            {
                ...args,
                namespace,
                rotation,
                clientSecrets: this.clientSecrets,
                isProvider: args.clients.length + args.settings.clients.length > 0,
            },
            inside,
        );
        const objects: AutheliaObjects = {
            namespace: namespace.name,
            image: authelia.images.authelia.reference,
            replicas,
            configuration: autheliaFile({
                domain: site.domain,
                host,
                mail: site.mail,
                database,
                redis: sessions,
                directory: { ...args.directory, dn: account.dn },
                pages: args.pages,
                clients: args.clients,
                outsideClients: args.settings.clients,
            }),
            secrets: [
                { secret: database.credentials, key: "password", file: secretFiles.database[1] },
                ...(sessions.sentinels === undefined
                    ? [secretFiles.redis]
                    : [secretFiles.redis, secretFiles.sentinels]
                ).map(([, file]) => ({ secret: sessions.credentials, key: "password", file })),
                { secret: account.credentials, key: "password", file: secretFiles.directory[1] },
                ...secrets.files,
            ],
            authority: database.authority,
            writesNotifications: site.mail === undefined,
        };
        const read = this.object(configMap(objects), { dependsOn: [namespace.object] });
        const reached = this.object(service(namespace.name), { dependsOn: [namespace.object] });
        const servers = this.object(deployment(objects), {
            dependsOn: [
                read,
                ...database.ready,
                ...sessions.ready,
                ...account.ready,
                ...secrets.ready,
                ...way,
                ...namespace.guardrails,
                ...args.pods,
            ],
        });
        const login = new Route(
            name,
            {
                site,
                gateway,
                host,
                paths: ["/"],
                service: name,
                port: autheliaPorts.http,
                to: this.answersAt,
                guard: { open: "HTTPRoute/authelia/authelia" },
            },
            inside,
        );
        this.budget(name, this.answersAt, replicas);
        this.observe(namespace);
        this.waitFor(servers, reached, ...login.ready);
    }

    /** @throws Error for a client that no definition asks for, or that has no secret */
    clientSecret(id: string): pulumi.Output<string> {
        return this.clientSecrets.secret(id);
    }
}
