/** Policies that let the whole cluster in or out on named ports (SEC-01). Changed only on purpose. */

/** What a policy for every pod of the cluster may open, and why. */
export interface ClusterWidePeer {
    /** Numbers or names of the only ports that it may open. */
    readonly ports: readonly (number | string)[];
    readonly reason: string;
}

/** The policies, as `Kind/namespace/name`. */
export const clusterWidePeers: Readonly<Record<string, ClusterWidePeer>> = {
    "NetworkPolicy/kube-system/allow-kube-dns-in": {
        ports: [53],
        reason: "every pod asks the cluster's DNS for names",
    },
};
