/**
 * Istio's ambient mode, as far as who is in the mesh and what its policies concern can see it
 * (istio 1.30.3).
 */

/** Label of a namespace whose pods are in the mesh (istio.io, "Add workloads to the mesh"). */
export const meshLabel = { "istio.io/dataplane-mode": "ambient" } as const;

/**
 * Annotation of pods whose callers outside of the mesh reach them as they are; what the pods say
 * themselves, and what the mesh says to them, stays in it (cni/pkg/iptables/iptables.go,
 * `IngressMode`). Without it mutual TLS that is strict refuses the API server at webhooks.
 */
export const calledFromOutside = { "ambient.istio.io/bypass-inbound-capture": "true" } as const;

/** Port on which pods of the mesh take the connections of others (HBONE). */
export const TUNNEL_PORT = 15_008;

/**
 * Where probes of kubelets come from at pods in the mesh: istio-cni rewrites connections of programs
 * on the node, so that the proxy leaves them alone (istio.io, "Ambient and Kubernetes NetworkPolicy").
 */
export const PROBE_ADDRESS = "169.254.7.127/32";
