/** A Gateway of Envoy with a guarded route, in parts that tests replace. */
import { type Inputs, type Resource } from "./harness";
import { namespace } from "./objects";
import { within } from "./sound-backups";

const API = "gateway.networking.k8s.io/v1";

function policy(kind: string, target: string, name: string, spec: Inputs): Resource {
    const group = "gateway.networking.k8s.io";
    return within("edge", "gateway.envoyproxy.io/v1alpha1", kind, name, {
        spec: { targetRefs: [{ group, kind: target, name: "public" }], ...spec },
    });
}

/** A route of the namespace `apps` to the Gateway. */
export function route(name: string, section: string, rule: Inputs): Resource {
    return within("apps", API, "HTTPRoute", name, {
        spec: {
            parentRefs: [{ name: "public", namespace: "edge", sectionName: section }],
            hostnames: ["web.example.org"],
            rules: [rule],
        },
    });
}

const everywhere = { allowedRoutes: { namespaces: { from: "All" } } };

export const gatewayParts = {
    namespace: namespace("apps", { team: "a" }),
    class: within(undefined, API, "GatewayClass", "envoy", {
        spec: { controllerName: "gateway.envoyproxy.io/gatewayclass-controller" },
    }),
    gateway: within("edge", API, "Gateway", "public", {
        spec: {
            gatewayClassName: "envoy",
            listeners: [
                {
                    name: "https",
                    protocol: "HTTPS",
                    port: 443,
                    tls: { mode: "Terminate", certificateRefs: [{ name: "public-tls" }] },
                    ...everywhere,
                },
                { name: "http", protocol: "HTTP", port: 80, ...everywhere },
            ],
        },
    }),
    certificate: within("edge", "cert-manager.io/v1", "Certificate", "public", {
        spec: { secretName: "public-tls" },
    }),
    route: route("web", "https", { backendRefs: [{ name: "web", port: 80 }] }),
    redirect: route("redirect", "http", {
        filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https" } }],
    }),
    signOn: policy("SecurityPolicy", "Gateway", "sign-on", { oidc: { clientID: "web" } }),
    limits: policy("BackendTrafficPolicy", "Gateway", "limits", {
        rateLimit: { type: "Local" },
        requestBuffer: { limit: "10Mi" },
    }),
    clients: policy("ClientTrafficPolicy", "Gateway", "clients", {
        tls: { minVersion: "1.2" },
        headers: {
            lateResponseHeaders: {
                set: [
                    { name: "Strict-Transport-Security", value: "max-age=31536000" },
                    { name: "X-Content-Type-Options", value: "nosniff" },
                    { name: "X-Frame-Options", value: "DENY" },
                ],
            },
        },
    }),
} satisfies Record<string, Resource>;
