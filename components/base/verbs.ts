/** What a role may name in place of a wildcard. */

/** All verbs for objects that the API server knows (kubernetes.io: authorization, request verbs). */
export const everyVerb = [
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
] as const;
