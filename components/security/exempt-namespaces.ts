/**
 * Namespaces that admission policies leave alone, by name (SEC-05). Two reasons count: the cluster
 * cannot get up again while Kyverno is down if their pods are refused, or their node agents need
 * what the policies deny. Everybody else conforms, the platform's own systems included.
 */
export const exemptNamespaces: readonly string[] = [
    // The cluster itself: DNS, and Cilium, whose agents are the network.
    "kube-system",
    "kube-public",
    "kube-node-lease",
    // Kyverno must never wait for Kyverno.
    "kyverno",
    // OSDs and CSI node plugins: privileged, host paths; and volumes before everything else.
    "rook-ceph",
];
