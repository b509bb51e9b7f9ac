/** How people reach OpenBao, sign on to it, and what they may do there. Pure. */
import type { GuardedPage } from "../base/capabilities";
import type { OidcClient } from "../base/oidc-client";
import type { PersonRoleName } from "../foundation/roles";
import { openBaoName, type Policy, secretsMount } from "./openbao-configuration";

/** Below it are the secrets of applications. */
const APPLICATIONS = "apps";

/** Names, versions and ages of what lies below a path; no value. */
function names(below: string): Policy {
    return { [`${secretsMount}/metadata/${below}`]: ["list", "read"] };
}

/** What people see before they go anywhere: the one store. */
const lookAround: Policy = { "sys/internal/ui/mounts": ["read"] };

/**
 * What people of a group may do. As at the Kubernetes API: those who run the platform everything but
 * to change who may do what, developers hand a secret over and cannot read it again, who watches sees
 * that there is one.
 */
export const peoplePolicies: Readonly<Partial<Record<PersonRoleName, Policy>>> = {
    "platform-admin": {
        ...lookAround,
        [`${secretsMount}/data/*`]: ["create", "read", "update", "patch", "delete"],
        [`${secretsMount}/delete/*`]: ["update"],
        [`${secretsMount}/undelete/*`]: ["update"],
        [`${secretsMount}/destroy/*`]: ["update"],
        [`${secretsMount}/metadata/*`]: ["create", "list", "read", "update", "delete"],
        "sys/storage/raft/configuration": ["read"],
        "sys/storage/raft/autopilot/state": ["read"],
    },
    "app-developer": {
        ...lookAround,
        [`${secretsMount}/data/${APPLICATIONS}/*`]: ["create", "update"],
        // The page lists from the top down.
        [`${secretsMount}/metadata/`]: ["list"],
        ...names(`${APPLICATIONS}/*`),
    },
    "monitoring-reader": { ...lookAround, ...names("*") },
};

const groups = Object.keys(peoplePolicies) as [string, ...string[]];

/** The page. */
export const openBaoPage: GuardedPage = {
    what: "the store of secrets",
    host: openBaoName,
    guard: "second factor",
    groups,
};

/** Where people sign on: the name that the page and `bao login -method` use. */
export const peopleMount = "oidc";

/** OpenBao as a client of the login. */
export const openBaoClient: OidcClient = {
    id: openBaoName,
    name: "OpenBao",
    host: openBaoPage.host,
    redirects: [
        // openbao v2.6.2: website/content/docs/auth/jwt, "Redirect URIs".
        `/ui/vault/auth/${peopleMount}/oidc/callback`,
        // Where `bao login -method=oidc` listens.
        "http://localhost:8250/oidc/callback",
    ],
    scopes: ["openid", "profile", "email", "groups"],
    groups,
};

/** Name of the policy of a group. */
export const policyOf = (group: string): string => `people-${group}`;

/** The one role under which people sign on. */
export const peopleRole = "people";

/**
 * The role: who is in none of the groups is refused; what somebody may do follows from the groups at
 * each sign-on, which holds for an hour, and for a working day with a page that is open.
 *
 * @param redirects whole addresses
 */
export function peopleRoleOf(groupsClaim: string, redirects: readonly string[]): object {
    return {
        role_type: "oidc",
        user_claim: "preferred_username",
        groups_claim: groupsClaim,
        bound_claims: { [groupsClaim]: groups },
        oidc_scopes: openBaoClient.scopes.filter((scope) => scope !== "openid"),
        allowed_redirect_uris: redirects,
        token_ttl: "1h",
        token_max_ttl: "8h",
    };
}
