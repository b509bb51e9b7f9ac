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

/**
 * Groups that bindings may name besides those of the stack's directory (SEC-06), without the prefix,
 * each with who made it and why.
 */
export const furtherGroups: Readonly<Record<string, string>> = {};
