/**
 * How people sign on in the realm, as flows of Keycloak 26.8. Upstream's own would show a form for the
 * password beside the way to Authelia (an empty `kc_idp_hint` is enough to see it), and grant tokens
 * for a password alone: either would go past the second factor. Pure.
 */
import type { OidcClient } from "../base/oidc-client";

/** Aliases of the flows. */
export const flowNames = {
    browser: "sign on by the login",
    entrance: "sign on by the login - entrance",
    link: "people of the directory only",
    after: "after the login",
    noPassword: "no password alone",
} as const;

/** Role that somebody needs for a client, and the scope that says so on the client. */
export const requiredRole = (client: string) => `sign-on-${client}`;

type Requirement = "REQUIRED" | "ALTERNATIVE" | "CONDITIONAL";

const step = (authenticator: string, requirement: Requirement, config?: object) => ({
    authenticator,
    requirement,
    ...(config && { config }),
});
const below = (flowAlias: string, requirement: Requirement) => ({ flowAlias, requirement });
const flow = (alias: string, steps: readonly object[], topLevel = false) => ({
    alias,
    ...(topLevel ? { providerId: "basic-flow", topLevel, builtIn: false } : {}),
    authenticationExecutions: steps,
});

/** Denies a client to whoever lacks its role; the flow that it is part of says when. */
function denial(part: string, client: string) {
    const alias = `${part} ${client}`;
    return flow(alias, [
        step("conditional-client-scope", "REQUIRED", {
            alias: `${alias} client`,
            config: { client_scope: requiredRole(client) },
        }),
        step("conditional-user-role", "REQUIRED", {
            alias: `${alias} role`,
            config: { condUserRole: requiredRole(client), negate: "true" },
        }),
        step("deny-access-authenticator", "REQUIRED", {
            alias: `${alias} words`,
            config: { denyErrorMessage: "You are in no group that may sign on here." },
        }),
    ]);
}

/**
 * The flows: by the session or the broker, never by a form; people that the broker names must be in
 * the directory; and neither way leads past the role that a client asks for.
 */
export function authenticationFlows(broker: string, clients: readonly OidcClient[]): object[] {
    const { browser, entrance, link, after, noPassword } = flowNames;
    const denials = (part: string) => clients.map(({ id }) => denial(part, id));
    const asked = (part: string) => clients.map(({ id }) => below(`${part} ${id}`, "CONDITIONAL"));
    return [
        flow(browser, [below(entrance, "REQUIRED"), ...asked("session")], true),
        flow(entrance, [
            step("auth-cookie", "ALTERNATIVE"),
            step("identity-provider-redirector", "ALTERNATIVE", {
                alias: "the login",
                config: { defaultProvider: broker },
            }),
        ]),
        ...denials("session"),
        flow(
            link,
            [
                step("idp-detect-existing-broker-user", "REQUIRED"),
                step("idp-auto-link", "REQUIRED"),
            ],
            true,
        ),
        // A flow of which nothing applied would count as a wrong password.
        flow(after, [step("allow-access-authenticator", "REQUIRED"), ...asked("login")], true),
        ...denials("login"),
        flow(noPassword, [step("deny-access-authenticator", "REQUIRED")], true),
    ];
}
