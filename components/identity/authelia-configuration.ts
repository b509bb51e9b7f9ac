/**
 * The configuration of Authelia v4.39.20, which has no secret in it: those are files that the pods
 * mount. Pure.
 */
import * as yaml from "js-yaml";
import type { GuardedPage } from "../base/capabilities";
import type { Sentinels } from "../data/redis-objects";
import { type OidcClient, redirectAddresses } from "../base/oidc-client";
import type { MailSettings } from "../site-schema";

/** Ports of a pod. */
export const autheliaPorts = { http: 9091, metrics: 9959 } as const;

/** Where the pods find their files. */
export const autheliaFolders = {
    configuration: "/configuration",
    secrets: "/secrets",
    authorities: "/authorities",
    notifications: "/notifications",
} as const;

/** Secrets that Authelia takes by a variable each: the file of each, by the key in the configuration. */
export const secretFiles = {
    session: ["SESSION_SECRET", "session"],
    redis: ["SESSION_REDIS_PASSWORD", "redis"],
    sentinels: ["SESSION_REDIS_HIGH_AVAILABILITY_SENTINEL_PASSWORD", "sentinels"],
    storage: ["STORAGE_ENCRYPTION_KEY", "storage"],
    database: ["STORAGE_POSTGRES_PASSWORD", "database"],
    directory: ["AUTHENTICATION_BACKEND_LDAP_PASSWORD", "directory"],
    reset: ["IDENTITY_VALIDATION_RESET_PASSWORD_JWT_SECRET", "reset"],
    tokens: ["IDENTITY_PROVIDERS_OIDC_HMAC_SECRET", "tokens"],
    mail: ["NOTIFIER_SMTP_PASSWORD", "mail"],
} as const satisfies Readonly<Record<string, readonly [variable: string, file: string]>>;

/** Key with which tokens are signed. */
export const signingKeyFile = "signing-key";

/** File with the digest of a client's secret. */
export function digestFile(id: string): string {
    return `client-${id}`;
}

/** A client whose secret a person made, outside of the platform's own systems. */
export interface OutsideClient {
    readonly id: string;
    readonly name: string;
    readonly redirects: readonly string[];
    readonly groups: readonly string[];
    /** Digest of its secret; without one it has none and proves itself by PKCE. */
    readonly digest?: string | undefined;
}

/** What the configuration follows from. */
export interface AutheliaConfiguration {
    /** DNS domain of the site, for whose names one session counts. */
    readonly domain: string;
    /** Host name of the login. */
    readonly host: string;
    readonly mail: MailSettings | undefined;
    readonly database: { readonly host: string; readonly port: number; readonly database: string };
    readonly redis: {
        readonly host: string;
        readonly port: number;
        readonly sentinels: Sentinels | undefined;
    };
    readonly directory: { readonly url: string; readonly baseDn: string; readonly dn: string };
    readonly pages: readonly GuardedPage[];
    readonly clients: readonly OidcClient[];
    readonly outsideClients: readonly OutsideClient[];
}

const POLICIES = { "sign-on": "one_factor", "second factor": "two_factor" } as const;
const FACTORS = { one: "one_factor", two: "two_factor" } as const;

const groupSubjects = (groups: readonly string[]) => groups.map((group) => `group:${group}`);

/** Who may open which host; whatever no rule names is denied. */
function accessRules({ pages, domain }: AutheliaConfiguration): object[] {
    return pages.map(({ host, guard, groups }) => ({
        domain: `${host}.${domain}`,
        policy: POLICIES[guard],
        subject: groupSubjects(groups),
    }));
}

/** A policy for each client: its groups and nobody else. */
function policyOf(groups: readonly string[], factors: keyof typeof FACTORS): object {
    return {
        default_policy: "deny",
        rules: [{ policy: FACTORS[factors], subject: groupSubjects(groups) }],
    };
}

/** What every client is told, whoever made its secret. */
const everyClient = {
    // Groups decide who may do what in the client, and many look only into the ID token.
    claims_policy: "groups",
    response_types: ["code"],
    consent_mode: "implicit",
    require_pkce: true,
    pkce_challenge_method: "S256",
};

function clientOf(client: OidcClient, domain: string): object {
    const { id, name, scopes, isPublic = false, showsSecretBy = "client_secret_basic" } = client;
    return {
        client_id: id,
        client_name: name,
        ...(isPublic
            ? { public: true, token_endpoint_auth_method: "none" }
            : {
                  client_secret: `{{ secret "${autheliaFolders.secrets}/${digestFile(id)}" }}`,
                  token_endpoint_auth_method: showsSecretBy,
              }),
        redirect_uris: redirectAddresses(client, domain),
        scopes,
        ...(scopes.includes("offline_access")
            ? { grant_types: ["authorization_code", "refresh_token"] }
            : {}),
        authorization_policy: id,
        ...everyClient,
    };
}

function outsideClientOf({ id, name, redirects, digest }: OutsideClient): object {
    return {
        client_id: id,
        client_name: name,
        ...(digest === undefined
            ? { public: true, token_endpoint_auth_method: "none" }
            : { client_secret: digest }),
        redirect_uris: redirects,
        scopes: ["openid", "profile", "email", "groups"],
        authorization_policy: id,
        ...everyClient,
        // Not every program knows PKCE; one that keeps a secret can do without.
        require_pkce: digest === undefined,
    };
}

/** Authelia refuses to be a provider without clients. */
function provider(of: AutheliaConfiguration): object {
    const { clients, outsideClients, domain } = of;
    const policies = [
        ...clients.map(({ id, groups, factors = "two" }) => [id, policyOf(groups, factors)]),
        ...outsideClients.map(({ id, groups }) => [id, policyOf(groups, "two")]),
    ] as [string, object][];
    if (policies.length === 0) {
        return {};
    }
    return {
        identity_providers: {
            oidc: {
                jwks: [
                    {
                        key_id: "main",
                        algorithm: "RS256",
                        use: "sig",
                        key: `{{ secret "${autheliaFolders.secrets}/${signingKeyFile}" | mindent 10 "|" | msquote }}`,
                    },
                ],
                enforce_pkce: "public_clients_only",
                claims_policies: {
                    groups: {
                        id_token: ["email", "groups", "name", "preferred_username"],
                    },
                },
                authorization_policies: Object.fromEntries(policies),
                clients: [
                    ...clients.map((client) => clientOf(client, domain)),
                    ...outsideClients.map(outsideClientOf),
                ],
            },
        },
    };
}

/** How people get the codes with which they register a second factor. */
function notifier(mail: MailSettings | undefined): object {
    if (mail === undefined) {
        return {
            filesystem: { filename: `${autheliaFolders.notifications}/notification.txt` },
        };
    }
    const { host, port, from, username } = mail;
    return {
        // A mail server that is away for a moment must keep nobody from signing on.
        disable_startup_check: true,
        smtp: {
            address: `${port === 465 ? "submissions" : "submission"}://${host}:${port}`,
            username,
            sender: from,
        },
    };
}

/** Where sessions are: the master that the sentinels name, or the only Redis that there is. */
function sessionStore({ host, port, sentinels }: AutheliaConfiguration["redis"]): object {
    if (sentinels === undefined) {
        return { host, port };
    }
    const { masterName, hosts } = sentinels;
    return {
        // A master that is gone is asked for again, while the sentinels elect the next one.
        max_retries: 5,
        high_availability: {
            sentinel_name: masterName,
            nodes: hosts.map((sentinel) => ({ host: sentinel, port: sentinels.port })),
        },
    };
}

/** The configuration as an object. */
export function autheliaConfiguration(of: AutheliaConfiguration): Record<string, unknown> {
    const { domain, host, mail, database, redis, directory } = of;
    return {
        theme: "auto",
        certificates_directory: autheliaFolders.authorities,
        server: {
            address: `tcp://:${autheliaPorts.http}/`,
            // It would write a file for the health check of Docker.
            disable_healthcheck: true,
            endpoints: {
                authz: {
                    "ext-authz": {
                        implementation: "ExtAuthz",
                        // Sessions alone: no password in a header gets past the second factor.
                        authn_strategies: [{ name: "CookieSession" }],
                    },
                },
            },
        },
        log: { level: "info", format: "json" },
        telemetry: {
            metrics: { enabled: true, address: `tcp://:${autheliaPorts.metrics}/metrics` },
        },
        totp: { issuer: domain },
        webauthn: { display_name: domain },
        // Nodes keep the time; a pod that asks a server of its own needs a way out for it.
        ntp: { disable_startup_check: true },
        identity_validation: { elevated_session: { require_second_factor: true } },
        authentication_backend: {
            // Without mail nobody could prove who they are.
            password_reset: { disable: mail === undefined },
            refresh_interval: "1m",
            ldap: {
                implementation: "lldap",
                address: directory.url,
                base_dn: directory.baseDn,
                user: directory.dn,
                pooling: { enable: true, count: 5, retries: 2 },
            },
        },
        password_policy: { zxcvbn: { enabled: true, min_score: 3 } },
        access_control: { default_policy: "deny", rules: accessRules(of) },
        session: {
            cookies: [
                {
                    domain,
                    authelia_url: `https://${host}`,
                    inactivity: "1h",
                    expiration: "12h",
                    remember_me: "7d",
                },
            ],
            redis: sessionStore(redis),
        },
        regulation: { modes: ["user"], max_retries: 5, find_time: "2m", ban_time: "10m" },
        storage: {
            postgres: {
                address: `tcp://${database.host}:${database.port}`,
                database: database.database,
                username: database.database,
                tls: { server_name: database.host },
            },
        },
        notifier: notifier(mail),
        ...provider(of),
    };
}

/**
 * The configuration as Authelia reads it, with its filter `template`. What spans lines when it is
 * filled in stands without the quotes that YAML would give it.
 */
export function autheliaFile(of: AutheliaConfiguration): string {
    return yaml
        .dump(autheliaConfiguration(of), { lineWidth: -1, noRefs: true })
        .replace(/'(\{\{[^']* mindent [^']*\}\})'/g, "$1");
}
