/** What the shared Gateway is called, for those who attach to it or select its proxies. Pure. */
import { containerPort } from "../../operators/envoy-gateway";

/** The Gateway through which people reach what the platform serves. */
export const publicGateway = {
    name: "public",
    namespace: "envoy-gateway-system",
    /** Names of its listeners: the first only sends people to the second. */
    listeners: { http: "http", https: "https", clusters: "clusters" },
    ports: { http: 80, https: 443 },
} as const;

/** Its proxies, by what no other proxies have. */
export const gatewayPods = {
    "gateway.envoyproxy.io/owning-gateway-name": publicGateway.name,
    "gateway.envoyproxy.io/owning-gateway-namespace": publicGateway.namespace,
} as const;

/** Ports on which they listen. */
export const gatewayPodPorts: readonly number[] = Object.values(publicGateway.ports).map(
    containerPort,
);

/** Names of the APIs of virtual clusters, which end TLS themselves, are below this one. */
export function clusterDomain(domain: string): string {
    return `clusters.${domain}`;
}

/** The name of the API of a virtual cluster. */
export function clusterHost(domain: string, cluster: string): string {
    return `${cluster}.${clusterDomain(domain)}`;
}

/** How a policy of Envoy Gateway names what it applies to. */
export function targetOf(kind: "Gateway" | "HTTPRoute", name: string, sectionName?: string) {
    const section = sectionName === undefined ? {} : { sectionName };
    return { targetRefs: [{ group: "gateway.networking.k8s.io", kind, name, ...section }] };
}
