/** How people reach Argo CD, sign on to it, and what they may do there. Pure. */
import type { GuardedPage } from "../base/capabilities";
import type { OidcClient } from "../base/oidc-client";
import type { PersonRoleName } from "../foundation/roles";

/** What people of a group are in Argo CD (docs/operator-manual/rbac.md). */
const ROLES: Readonly<Partial<Record<PersonRoleName, string>>> = {
    "platform-admin": "role:admin",
    "app-developer": "role:developer",
    "monitoring-reader": "role:readonly",
};

const groups = Object.keys(ROLES) as [string, ...string[]];

/** The page. */
export const argoCdPage: GuardedPage = {
    what: "applications of the repository: what differs, and the button that brings them back",
    host: "argocd",
    guard: "second factor",
    groups,
};

/** Argo CD as a client of the login. */
export const argoCdClient: OidcClient = {
    id: "argocd",
    name: "Argo CD",
    host: argoCdPage.host,
    redirects: ["/auth/callback"],
    scopes: ["openid", "profile", "email", "groups"],
    groups,
};

/** What developers may do: bring an application to what is in Git, and nothing past Git. */
const developer = [
    ["applications", "get"],
    ["applications", "sync"],
    ["applicationsets", "get"],
    ["projects", "get"],
    ["logs", "get"],
].map(([resource = "", action = ""]) => {
    const object = resource === "projects" ? "*" : "*/*";
    return `p, role:developer, ${resource}, ${action}, ${object}, allow`;
});

/** The policy of Argo CD; who is in none of the groups may do nothing. */
export function rolesOfGroups(): string {
    const members = Object.entries(ROLES).map(([group, role]) => `g, ${group}, ${role}`);
    return [...developer, ...members, ""].join("\n");
}
