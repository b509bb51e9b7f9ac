/** Who may do everything, and what anybody may open. Changed only on purpose. */

/** Bindings of the role cluster-admin, as `Kind/namespace/name` (SEC-06); none is needed. */
export const clusterAdministrators: Readonly<Record<string, string>> = {};

/** Routes that anybody may open without signing in, as `Kind/namespace/name` (SEC-10); none yet. */
export const publicRoutes: Readonly<Record<string, string>> = {};
