/** The shared Gateway and what holds for everything behind it, as custom resources. Pure. */
import { routedLabel } from "../base/namespace-manifests";
import type { Manifest } from "../base/object";
import { envoyController } from "../../operators/envoy-gateway";
import { clusterDomain, publicGateway, targetOf } from "./public-names";

const { name, namespace, listeners, ports } = publicGateway;
const ENVOY = "gateway.envoyproxy.io/v1alpha1";
const GATEWAY_API = "gateway.networking.k8s.io/v1";
/** Secret of the certificate for all names below the domain. */
export const wildcardSecret = "public-tls";

/** The class, whose EnvoyProxy says how its proxies run. */
export const gatewayClass: Manifest = {
    apiVersion: GATEWAY_API,
    kind: "GatewayClass",
    metadata: { name: "envoy" },
    spec: {
        controllerName: envoyController,
        parametersRef: { group: "gateway.envoyproxy.io", kind: "EnvoyProxy", name, namespace },
    },
};

/** One certificate for every name, so that a new route waits for nobody and shows in no public log. */
export function wildcardCertificate(domain: string, issuer: string): Manifest {
    return {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: { name, namespace },
        spec: {
            secretName: wildcardSecret,
            dnsNames: [domain, `*.${domain}`],
            privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
            issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer },
        },
    };
}

/**
 * Hands connections for virtual clusters through as they are: each is known by its own authority, and
 * asks for a certificate or token of its own. On the port of all others, told from them by the name.
 */
function passthrough(domain: string): object {
    return {
        name: listeners.clusters,
        protocol: "TLS",
        port: ports.https,
        hostname: `*.${clusterDomain(domain)}`,
        tls: { mode: "Passthrough" },
        allowedRoutes: {
            kinds: [{ kind: "TLSRoute" }],
            namespaces: { from: "Selector", selector: { matchLabels: routedLabel } },
        },
    };
}

/**
 * The Gateway. Only namespaces that the program marked may attach routes to the listeners with TLS,
 * and nobody else to the plain one.
 *
 * @param hasClusters there are virtual clusters, or people may order some
 */
export function gateway(domain: string, hasClusters: boolean): Manifest {
    return {
        apiVersion: GATEWAY_API,
        kind: "Gateway",
        metadata: { name, namespace },
        spec: {
            gatewayClassName: "envoy",
            listeners: [
                {
                    name: listeners.http,
                    protocol: "HTTP",
                    port: ports.http,
                    allowedRoutes: { namespaces: { from: "Same" } },
                },
                {
                    name: listeners.https,
                    protocol: "HTTPS",
                    port: ports.https,
                    hostname: `*.${domain}`,
                    tls: { mode: "Terminate", certificateRefs: [{ name: wildcardSecret }] },
                    allowedRoutes: {
                        namespaces: { from: "Selector", selector: { matchLabels: routedLabel } },
                    },
                },
                ...(hasClusters ? [passthrough(domain)] : []),
            ],
        },
    };
}

/** Who comes without TLS is sent to the same address with it. */
export const redirect: Manifest = {
    apiVersion: GATEWAY_API,
    kind: "HTTPRoute",
    metadata: { name: "https-redirect", namespace },
    spec: {
        parentRefs: [{ name, sectionName: listeners.http }],
        rules: [
            {
                filters: [
                    {
                        type: "RequestRedirect",
                        requestRedirect: { scheme: "https", statusCode: 301 },
                    },
                ],
            },
        ],
    },
};

/** Headers that tell browsers to be careful; a service that is stricter with frames stays so. */
const lateResponseHeaders = {
    set: [
        { name: "Strict-Transport-Security", value: "max-age=31536000" },
        { name: "X-Content-Type-Options", value: "nosniff" },
    ],
    addIfAbsent: [
        { name: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
        { name: "X-Frame-Options", value: "SAMEORIGIN" },
    ],
};

/**
 * How clients may speak. Slow ones are cut off before they hold connections for nothing; of the
 * `X-Forwarded-For` that they bring, only that of the named proxies is believed.
 */
export function clientTraffic(trustedProxies: readonly string[]): Manifest {
    return {
        apiVersion: ENVOY,
        kind: "ClientTrafficPolicy",
        metadata: { name, namespace },
        spec: {
            ...targetOf("Gateway", name),
            tls: { minVersion: "1.2" },
            ...(trustedProxies.length === 0
                ? {}
                : {
                      clientIPDetection: {
                          xForwardedFor: { trustedCIDRs: [...trustedProxies] },
                      },
                  }),
            headers: { withUnderscoresAction: "RejectRequest", lateResponseHeaders },
            path: { escapedSlashesAction: "UnescapeAndRedirect" },
            timeout: {
                http: {
                    requestHeadersReceivedTimeout: "10s",
                    idleTimeout: "300s",
                    streamIdleTimeout: "300s",
                },
                tcp: { tlsHandshakeTimeout: "10s" },
            },
            connection: { bufferLimit: "32Ki" },
            http2: {
                maxConcurrentStreams: 100,
                initialStreamWindowSize: "64Ki",
                initialConnectionWindowSize: "1Mi",
            },
        },
    };
}

/**
 * What holds for a route that says nothing for itself: few requests, small ones, and nobody gets in.
 * A route's own policies replace these, so one that somebody attaches by hand and forgets to guard
 * answers 403 instead of being open.
 */
export const withoutGuard: readonly Manifest[] = [
    {
        apiVersion: ENVOY,
        kind: "BackendTrafficPolicy",
        metadata: { name, namespace },
        spec: {
            ...targetOf("Gateway", name),
            rateLimit: {
                type: "Local",
                local: { rules: [{ limit: { requests: 20, unit: "Second" } }] },
            },
            requestBuffer: { limit: "1Mi" },
        },
    },
    {
        apiVersion: ENVOY,
        kind: "SecurityPolicy",
        metadata: { name: "nobody", namespace },
        spec: {
            ...targetOf("Gateway", name, listeners.https),
            authorization: { defaultAction: "Deny" },
        },
    },
];
