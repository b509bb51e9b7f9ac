/** The realm of the platform's people, as Keycloak 26.8 takes it (RealmRepresentation). Pure. */
import { type OidcClient, redirectAddresses } from "../base/oidc-client";
import { federation } from "./keycloak-federation";
import { authenticationFlows, flowNames, requiredRole } from "./keycloak-flows";
import type { ProviderEndpoints } from "./sign-on";

/** Name of the realm. */
export const REALM = "platform";
/** Alias of the identity provider; it stands in the address to which people are sent back. */
export const BROKER = "authelia";
/** Secrets that Keycloak itself reads from files (`vault`), by their names in the realm. */
export const vaultNames = { directory: "directory", broker: BROKER } as const;

/** What the realm is made of. */
export interface RealmParts {
    /** DNS domain of the site. */
    readonly domain: string;
    /** Where people are looked up. */
    readonly directory: { readonly url: string; readonly baseDn: string; readonly dn: string };
    /** Who signs people on, with the second factor. */
    readonly broker: {
        readonly issuer: string;
        readonly endpoints: ProviderEndpoints;
        readonly groupsClaim: string;
        readonly clientId: string;
    };
    /** Groups of the directory, each with a role of the same name. */
    readonly groups: readonly string[];
    /** The group that administers the realm. */
    readonly administrators: string;
    /** Systems that sign people on here. */
    readonly clients: readonly OidcClient[];
}

/** File of a client's secret, among those of the Job that applies the document. */
export const secretFileOf = (id: string) => `client-${id}`;

/** The claim that most clients read groups from. */
const groupsScope = {
    name: "groups",
    protocol: "openid-connect",
    description: "the groups of a person",
    attributes: { "include.in.token.scope": "true", "display.on.consent.screen": "false" },
    protocolMappers: [
        {
            name: "groups",
            protocol: "openid-connect",
            protocolMapper: "oidc-group-membership-mapper",
            config: {
                "claim.name": "groups",
                "full.path": "false",
                "id.token.claim": "true",
                "access.token.claim": "true",
                "userinfo.token.claim": "true",
            },
        },
    ],
};

/** Authelia, which every sign-on goes through. */
function broker({ broker: { issuer, endpoints, clientId } }: RealmParts) {
    return {
        alias: BROKER,
        displayName: "Sign on",
        providerId: "oidc",
        enabled: true,
        // It has the people of the same directory.
        trustEmail: true,
        storeToken: false,
        linkOnly: false,
        firstBrokerLoginFlowAlias: flowNames.link,
        postBrokerLoginFlowAlias: flowNames.after,
        config: {
            issuer,
            authorizationUrl: endpoints.authorization,
            tokenUrl: endpoints.token,
            userInfoUrl: endpoints.userInfo,
            jwksUrl: endpoints.keys,
            useJwksUrl: "true",
            validateSignature: "true",
            clientId,
            clientSecret: `\${vault.${vaultNames.broker}}`,
            clientAuthMethod: "client_secret_basic",
            defaultScope: "openid profile email groups",
            pkceEnabled: "true",
            pkceMethod: "S256",
            // Names and addresses are those of the directory, whatever the token says.
            syncMode: "LEGACY",
        },
    };
}

/** A system that signs people on here; who may is a role of its own, which its groups have. */
function client(of: OidcClient, domain: string) {
    const { id, name, scopes, isPublic = false } = of;
    const redirectUris = redirectAddresses(of, domain);
    return {
        clientId: id,
        name,
        enabled: true,
        protocol: "openid-connect",
        publicClient: isPublic,
        ...(isPublic
            ? {}
            : {
                  clientAuthenticatorType: "client-secret",
                  secret: `\${file.${secretFileOf(id)}}`,
              }),
        standardFlowEnabled: true,
        implicitFlowEnabled: false,
        // A password alone signs nobody on.
        directAccessGrantsEnabled: false,
        serviceAccountsEnabled: false,
        fullScopeAllowed: false,
        redirectUris,
        baseUrl: `https://${of.host}.${domain}`,
        attributes: { "pkce.code.challenge.method": isPublic ? "S256" : "" },
        authenticationFlowBindingOverrides: {},
        defaultClientScopes: ["basic", "acr", "roles", "groups", "profile", "email"].filter(
            (scope) =>
                !["profile", "email", "groups"].includes(scope) || scopes.some((s) => s === scope),
        ),
        optionalClientScopes: scopes.includes("offline_access") ? ["offline_access"] : [],
    };
}

/**
 * The document. No password of it is one: Keycloak reads them from files, and so does whoever applies
 * it.
 */
export function realmDocument(parts: RealmParts): Readonly<Record<string, unknown>> {
    const { domain, clients, groups, administrators } = parts;
    return {
        realm: REALM,
        enabled: true,
        displayName: domain,
        sslRequired: "external",
        registrationAllowed: false,
        resetPasswordAllowed: false,
        editUsernameAllowed: false,
        loginWithEmailAllowed: false,
        duplicateEmailsAllowed: false,
        rememberMe: false,
        verifyEmail: false,
        // No password is asked here; it would count everybody who is denied a client.
        bruteForceProtected: false,
        // A token lives as long as a change in the directory may take to count.
        accessTokenLifespan: 300,
        ssoSessionIdleTimeout: 1800,
        ssoSessionMaxLifespan: 43_200,
        revokeRefreshToken: true,
        refreshTokenMaxReuse: 0,
        eventsEnabled: true,
        eventsExpiration: 2_592_000,
        adminEventsEnabled: true,
        adminEventsDetailsEnabled: false,
        browserFlow: flowNames.browser,
        directGrantFlow: flowNames.noPassword,
        firstBrokerLoginFlow: flowNames.link,
        roles: {
            realm: [
                ...groups.map((name) => ({ name, description: `people of the group ${name}` })),
                ...clients.map(({ id, name }) => ({
                    name: requiredRole(id),
                    description: `may sign on to ${name}`,
                })),
            ],
        },
        authenticationFlows: authenticationFlows(BROKER, clients),
        components: federation(parts.directory, vaultNames.directory),
        clientScopes: [
            groupsScope,
            ...clients.map(({ id }) => ({
                name: requiredRole(id),
                protocol: "openid-connect",
                attributes: {
                    "include.in.token.scope": "false",
                    "display.on.consent.screen": "false",
                },
            })),
        ],
        clients: [
            // Its password grant would need no second factor.
            { clientId: "admin-cli", directAccessGrantsEnabled: false },
            ...clients.map((of) => {
                const made = client(of, domain);
                const { defaultClientScopes } = made;
                // By this scope the flows know which role is asked.
                return {
                    ...made,
                    defaultClientScopes: [...defaultClientScopes, requiredRole(of.id)],
                };
            }),
        ],
        groups: groups.map((name) => ({
            name,
            realmRoles: [
                name,
                ...clients
                    .filter((of) => of.groups.includes(name))
                    .map(({ id }) => requiredRole(id)),
            ],
            clientRoles: {
                "realm-management": name === administrators ? ["realm-admin"] : [],
            },
        })),
        identityProviders: [broker(parts)],
        identityProviderMappers: [],
    };
}
