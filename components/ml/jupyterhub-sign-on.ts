/** How people reach JupyterHub and sign on to it (oauthenticator 17.4.0). Pure. */
import type { GuardedPage } from "../base/capabilities";
import type { ChartValues } from "../base/chart-renderer";
import type { OidcClient } from "../base/oidc-client";
import type { SignOnProvider } from "../identity/sign-on";

const ADMINISTRATORS = "platform-admin";
const groups: readonly [string, ...string[]] = [ADMINISTRATORS, "app-developer"];

/** Notebooks run what people write, so it must be sure who they are. */
export const jupyterhubPage: GuardedPage = {
    what: "notebooks of people, each with files of its own",
    host: "notebooks",
    guard: "second factor",
    groups,
};

const CALLBACK = "/hub/oauth_callback";

/** JupyterHub as a client of the login. */
export const jupyterhubClient: OidcClient = {
    id: "jupyterhub",
    name: "JupyterHub",
    host: jupyterhubPage.host,
    redirects: [CALLBACK],
    scopes: ["openid", "profile", "email", "groups"],
    groups,
};

/**
 * The section `GenericOAuthenticator`; the secret comes as `OAUTH_CLIENT_SECRET`. Who is in none of
 * the groups is refused, and who leaves them is at the next sign-on.
 *
 * @param authority file with the certificate that signs the provider's; absent for a public one
 */
export function authenticator(
    { endpoints, groupsClaim }: Pick<SignOnProvider, "endpoints" | "groupsClaim">,
    host: string,
    authority: string | undefined,
): ChartValues {
    return {
        admin_groups: [ADMINISTRATORS],
        allowed_groups: [...groups],
        auth_state_groups_key: `oauth_user.${groupsClaim}`,
        authorize_url: endpoints.authorization,
        auto_login: true,
        basic_auth: true,
        client_id: jupyterhubClient.id,
        enable_pkce: true,
        login_service: "the login of the platform",
        manage_groups: true,
        oauth_callback_url: `https://${host}${CALLBACK}`,
        scope: [...jupyterhubClient.scopes],
        token_url: endpoints.token,
        userdata_url: endpoints.userInfo,
        username_claim: "preferred_username",
        ...(authority === undefined ? {} : { http_request_kwargs: { ca_certs: authority } }),
    };
}
