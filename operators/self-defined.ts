/**
 * Scopes of kinds whose CRDs no chart holds, because their operator registers them when it starts.
 * The scope of every other custom kind is what its CRD in the stack says.
 */

/** cilium v1.20.0: pkg/k8s/apis/cilium.io/client/crds, which the Cilium operator registers. */
const cilium = {
    Cluster: [
        ...["CiliumBGPAdvertisement", "CiliumBGPClusterConfig", "CiliumBGPNodeConfig"],
        ...["CiliumBGPNodeConfigOverride", "CiliumBGPPeerConfig", "CiliumCIDRGroup"],
        ...["CiliumClusterwideEnvoyConfig", "CiliumClusterwideNetworkPolicy"],
        ...["CiliumDatapathPlugin", "CiliumEgressGatewayPolicy", "CiliumEndpointSlice"],
        ...["CiliumIdentity", "CiliumL2AnnouncementPolicy", "CiliumLoadBalancerIPPool"],
        ...["CiliumNode", "CiliumPodIPPool"],
    ],
    Namespaced: [
        ...["CiliumEndpoint", "CiliumEnvoyConfig", "CiliumGatewayClassConfig"],
        ...["CiliumLocalRedirectPolicy", "CiliumNetworkPolicy", "CiliumNodeConfig"],
    ],
} as const;

/** Kinds of Tekton that its operator installs (pipeline v1.15.0, triggers v0.37.0: config/300-*). */
export const tektonKinds: readonly string[] = [
    ...["Task", "Pipeline", "TaskRun", "PipelineRun"].map((kind) => `tekton.dev/${kind}`),
    ...["EventListener", "Trigger", "TriggerBinding", "TriggerTemplate"].map(
        (kind) => `triggers.tekton.dev/${kind}`,
    ),
];

/** `Cluster` or `Namespaced`, by `<group>/<Kind>`. */
export const selfDefinedScopes: ReadonlyMap<string, keyof typeof cilium> = new Map([
    ...(["Cluster", "Namespaced"] as const).flatMap((scope) =>
        cilium[scope].map((kind) => [`cilium.io/${kind}`, scope] as const),
    ),
    ...tektonKinds.map((kind) => [kind, "Namespaced"] as const),
]);
