/** Names, labels and ports of Kubecost as the chart kubecost 3.2.1 sets them. Pure data. */

/** Namespace and release. */
export const KUBECOST = "kubecost";

const ofRelease = { "app.kubernetes.io/instance": KUBECOST } as const;

/** Labels of its pods. */
export const kubecostPods = {
    /** Looks at the cluster and writes what it saw into the store. */
    agent: { ...ofRelease, "app.kubernetes.io/name": "finopsagent" },
    /** Takes what is in the store into its ClickHouse, and answers the page. */
    aggregator: { ...ofRelease, "app.kubernetes.io/name": "aggregator" },
    /** Keeps what the agent saw, until the aggregator has it. */
    store: { ...ofRelease, "app.kubernetes.io/name": "kubecost-local-store" },
    page: { ...ofRelease, "app.kubernetes.io/name": "frontend" },
} as const;

export const kubecostPorts = {
    agent: 9003,
    aggregator: 9004,
    store: 9006,
    page: 9090,
    /** Metrics of ClickHouse. */
    database: 9363,
} as const;

/** Label that tells the claim of the database from that of what people set; the chart gives both the same. */
export const databaseClaim = { "app.kubernetes.io/component": "database" } as const;
