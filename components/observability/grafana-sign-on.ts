/** How people reach Grafana and sign on to it. Pure. */
import type { GuardedPage } from "../base/capabilities";
import type { OidcClient } from "../base/oidc-client";
import type { SignOnProvider } from "../identity/sign-on";
import { GRAFANA } from "./grafana-operator-alerts";

/** What people of a group are in Grafana, the first that fits (docs: "Roles and permissions"). */
const ROLES = {
    "platform-admin": "GrafanaAdmin",
    "monitoring-reader": "Viewer",
    "app-developer": "Viewer",
} as const;

const groups = Object.keys(ROLES) as [string, ...string[]];

/** The page, for whoever may see metrics. */
export const grafanaPage: GuardedPage = {
    what: "the dashboards",
    host: GRAFANA,
    guard: "second factor",
    groups,
};

/** Grafana as a client of the login (grafana v13.1.3: pkg/login/social/connectors/generic_oauth.go). */
export const grafanaClient: OidcClient = {
    id: GRAFANA,
    name: "Grafana",
    host: GRAFANA,
    redirects: ["/login/generic_oauth"],
    scopes: ["openid", "profile", "email", "groups"],
    groups,
};

/** Variable with the secret of the client. */
export const clientSecretVariable = "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET";

/**
 * The section `auth.generic_oauth` of grafana.ini. Who has none of the roles is refused, and roles
 * follow the groups at each sign-on. The form for the administrator stays at
 * `/login?disableAutoLogin=true`, for when nobody can be signed on.
 *
 * @param authority file with the certificate that signs the provider's; absent for a public one
 */
export function signOnSection(
    provider: Pick<SignOnProvider, "endpoints" | "groupsClaim">,
    authority: string | undefined,
): Readonly<Record<string, string>> {
    const { endpoints, groupsClaim } = provider;
    const roles = Object.entries(ROLES).map(
        ([group, role]) => `contains(${groupsClaim}[*], '${group}') && '${role}'`,
    );
    return {
        allow_assign_grafana_admin: "true",
        allow_sign_up: "true",
        api_url: endpoints.userInfo,
        auth_style: "InHeader",
        auth_url: endpoints.authorization,
        auto_login: "true",
        client_id: grafanaClient.id,
        email_attribute_path: "email",
        enabled: "true",
        groups_attribute_path: groupsClaim,
        login_attribute_path: "preferred_username",
        name: "the login of the platform",
        name_attribute_path: "name",
        role_attribute_path: [...roles, "'None'"].join(" || "),
        role_attribute_strict: "true",
        scopes: grafanaClient.scopes.join(" "),
        token_url: endpoints.token,
        use_pkce: "true",
        ...(authority === undefined ? {} : { tls_client_ca: authority }),
    };
}
