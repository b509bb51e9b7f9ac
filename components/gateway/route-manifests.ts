/** A route through the shared Gateway with its guard and limits, as custom resources. Pure. */
import type { Manifest } from "../base/object";
import { publicGateway, targetOf } from "./public-names";

/** How much of a service one route may take. */
export interface RouteLimits {
    /** Requests a second; each proxy counts for itself, so twice as many with two of them. */
    readonly requestsPerSecond: number;
    /**
     * Size of a request in MiB; a larger one is answered with 413 and never reaches the service. The
     * proxy keeps one that it may refuse in its memory: files of gigabytes are of `any` size, and go
     * through as they come.
     */
    readonly requestSize: number | "any";
    /** Seconds that an answer may take. */
    readonly timeout: number;
}

/** Enough for people with a browser. */
export const defaultLimits: RouteLimits = { requestsPerSecond: 50, requestSize: 10, timeout: 60 };

/** Where a route is, and what it leads to. */
export interface RoutePlace {
    readonly name: string;
    readonly namespace: string;
    readonly host: string;
    /** Starts of paths, whole segments: `/webhook` is not the start of `/webhook-test`. */
    readonly paths: readonly string[];
    readonly service: string;
    /** Port of the Service, and of that of a canary. */
    readonly port: number;
    /** Service of a new version, to which Argo Rollouts moves requests; default: there is none. */
    readonly canary?: string;
}

/** Weights are moved by who takes a new version out; the program only says where it begins. */
export const movedWeights = [0, 1].map((index) => `spec.rules[0].backendRefs[${index}].weight`);

const ENVOY = "gateway.envoyproxy.io/v1alpha1";

/** A listener of the Gateway as a route names it. */
const parentAt = (sectionName: string) => ({
    name: publicGateway.name,
    namespace: publicGateway.namespace,
    sectionName,
});

/** The route itself, at the listener with TLS. */
export function httpRoute(place: RoutePlace): Manifest {
    const { name, namespace, host, paths, service, port, canary } = place;
    return {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        metadata: { name, namespace },
        spec: {
            parentRefs: [parentAt(publicGateway.listeners.https)],
            hostnames: [host],
            rules: [
                {
                    matches: paths.map((value) => ({ path: { type: "PathPrefix", value } })),
                    backendRefs:
                        canary === undefined
                            ? [{ name: service, port }]
                            : [
                                  { name: service, port, weight: 100 },
                                  { name: canary, port, weight: 0 },
                              ],
                },
            ],
        },
    };
}

/** Hands connections for a name through to a Service that ends TLS itself. */
export function tlsRoute({
    name,
    namespace,
    host,
    service,
    port,
}: Omit<RoutePlace, "paths" | "canary">): Manifest {
    return {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "TLSRoute",
        metadata: { name, namespace },
        spec: {
            parentRefs: [parentAt(publicGateway.listeners.clusters)],
            hostnames: [host],
            rules: [{ backendRefs: [{ name: service, port }] }],
        },
    };
}

/** What a route may take; it replaces the tighter limits of the Gateway. */
export function trafficPolicy(
    { name, namespace }: Pick<RoutePlace, "name" | "namespace">,
    { requestsPerSecond, requestSize, timeout }: RouteLimits,
): Manifest {
    return {
        apiVersion: ENVOY,
        kind: "BackendTrafficPolicy",
        metadata: { name, namespace },
        spec: {
            ...targetOf("HTTPRoute", name),
            rateLimit: {
                type: "Local",
                local: { rules: [{ limit: { requests: requestsPerSecond, unit: "Second" } }] },
            },
            ...(requestSize === "any" ? {} : { requestBuffer: { limit: `${requestSize}Mi` } }),
            timeout: {
                tcp: { connectTimeout: "5s" },
                http: { requestTimeout: `${timeout}s` },
            },
        },
    };
}

/** Who gets in; it replaces the policy of the Gateway, which lets nobody. */
export function securityPolicy(
    { name, namespace }: Pick<RoutePlace, "name" | "namespace">,
    rules: Readonly<Record<string, unknown>>,
): Manifest {
    return {
        apiVersion: ENVOY,
        kind: "SecurityPolicy",
        metadata: { name, namespace },
        spec: { ...targetOf("HTTPRoute", name), ...rules },
    };
}

/** How the proxies know a service that speaks TLS. */
export interface BackendTls {
    /** The name in its certificate that they want to see. */
    readonly name: string;
    /** Secret with the authority that signs it in `ca.crt`, in the namespace of the service. */
    readonly authority: string;
}

/**
 * Has the proxies speak TLS to a service and know it by its certificate; without it they send plain
 * text. A Secret in place of a ConfigMap is Envoy Gateway's own (v1.9: internal/gatewayapi/
 * backendtlspolicy.go).
 */
export function backendTls(
    { name, namespace, service }: Pick<RoutePlace, "name" | "namespace" | "service">,
    tls: BackendTls,
): Manifest {
    return {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "BackendTLSPolicy",
        metadata: { name, namespace },
        spec: {
            targetRefs: [{ group: "", kind: "Service", name: service }],
            validation: {
                hostname: tls.name,
                caCertificateRefs: [{ group: "", kind: "Secret", name: tls.authority }],
            },
        },
    };
}
