/**
 * Who is outside of the mesh, and why (SEC-07). Everybody else is in it, speaks mutual TLS and lets
 * in only whom a declared flow names. Changed only on purpose.
 */

/** Namespaces of which no pod is in the mesh, by name. */
export const outsideMesh: Readonly<Record<string, string>> = {
    "istio-system":
        "istiod gives the mesh its certificates, and must start while nobody has one; it speaks TLS of its own",
    "istio-cni": "it brings pods into the mesh, and waits for no proxy",
    ztunnel: "it is the proxy of the mesh",
    "sail-operator": "it installs the mesh, and must work while there is none",
    "kube-system":
        "DNS and the pod network must answer while the mesh does not, and most pods are on the network of their node, where no proxy reaches them",
    kyverno:
        "nothing starts while admission does not answer, the pods of the mesh included; the API server calls it over TLS",
    "gatekeeper-system":
        "where it enforces nothing starts while it does not answer, the pods of the mesh included; the API server calls it over TLS",
    "longhorn-system":
        "devices and shared volumes are mounted by the kernels of nodes, which are in no mesh, and must be while the mesh does not answer",
    "rook-ceph":
        "daemons and drivers of volumes are called by the kernels of nodes, which are in no mesh; Ceph checks its clients by keys of their own",
};

/**
 * Pods outside of the mesh in a namespace that is in it, as `Kind/namespace/name` of what makes them;
 * none yet. Pods that ends outside of the cluster call, as the API server does webhooks, need no
 * entry: their declared flow is the reason, and only what comes in is not the mesh's.
 */
export const podsOutsideMesh: Readonly<Record<string, string>> = {};
