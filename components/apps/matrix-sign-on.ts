/** Who may open what of Matrix, and how people sign on to it. Pure. */
import type { PublicPage } from "../base/capabilities";
import type { OidcClient } from "../base/oidc-client";
import { personRoleNames } from "../foundation/roles";
import type { SignOnProvider } from "../identity/sign-on";
import { matrixHosts } from "./matrix-names";

const [firstGroup, ...otherGroups] = personRoleNames;

/**
 * The provider in the database of the authentication service: people are known there by it, so it
 * never changes (a ULID, as upstream_oauth2.providers[].id).
 */
export const PROVIDER_ID = "01K8PATF0RM00000000000S1GN";

/** Matrix as a client of the login: its authentication service asks. */
export const matrixClient: OidcClient = {
    id: "matrix",
    name: "Matrix",
    host: matrixHosts.account,
    redirects: [`/upstream/callback/${PROVIDER_ID}`],
    scopes: ["openid", "profile", "email"],
    groups: [firstGroup, ...otherGroups],
};

const open = (what: string): PublicPage => ({ what, guard: "public" });

/** What is reached by its name; each asks for a token of its own where it must. */
export const matrixPages: readonly PublicPage[] = [
    open("Matrix, for programs on telephones and in browsers"),
    open("where those programs have people sign on"),
    open("which server is whose, for programs that are told a name"),
    open("the page on which people manage their devices"),
    open("Element, the program in the browser"),
];

/** What the authentication service is told of who signs people on. */
export function signOnConfiguration(
    { issuer, endpoints }: Pick<SignOnProvider, "issuer" | "endpoints">,
    { secretFile, authorityFile }: { readonly secretFile: string; readonly authorityFile: string },
): Readonly<Record<string, unknown>> {
    return {
        // Where the chart has no value for it.
        database: { ssl_ca_file: authorityFile },
        passwords: { enabled: false },
        account: { password_registration_enabled: false, password_change_allowed: false },
        upstream_oauth2: {
            providers: [
                {
                    id: PROVIDER_ID,
                    issuer,
                    human_name: "the login",
                    client_id: matrixClient.id,
                    client_secret_file: secretFile,
                    token_endpoint_auth_method: "client_secret_basic",
                    scope: matrixClient.scopes.join(" "),
                    discovery_mode: "oidc",
                    pkce_method: "auto",
                    // Authelia has the name of a person there alone.
                    fetch_userinfo: true,
                    authorization_endpoint: endpoints.authorization,
                    token_endpoint: endpoints.token,
                    userinfo_endpoint: endpoints.userInfo,
                    jwks_uri: endpoints.keys,
                    claims_imports: {
                        skip_confirmation: true,
                        localpart: {
                            action: "require",
                            template: "{{ user.preferred_username }}",
                        },
                        displayname: { action: "force", template: "{{ user.name }}" },
                        email: { action: "force", template: "{{ user.email }}" },
                    },
                },
            ],
        },
    };
}
