/** How people are known at the Kubernetes API. Changed only on purpose: bindings name it. */

/** What stands before the names of users and groups that an identity provider says. */
export const peopleAtApi = {
    /**
     * No token can name a user or group of Kubernetes itself, such as `system:masters`, with this
     * before it.
     */
    prefix: "oidc:",
    /** For whom tokens are made: the client with which `kubectl` signs people on. */
    audience: "kubernetes",
} as const;

/** A group of the identity provider, as bindings name it. */
export function groupAtApi(group: string): string {
    return `${peopleAtApi.prefix}${group}`;
}
