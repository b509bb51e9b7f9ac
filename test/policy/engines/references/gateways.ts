/** What certificates, issuers, routes, gateways and scalers name. */
import { deployment, global, inApps, type Manifest, NAME, type Row, secret, service } from "./rows";

const GATEWAY_API = "gateway.networking.k8s.io/v1";

const issuer = (kind: string): Manifest =>
    kind === "Issuer"
        ? inApps("cert-manager.io/v1", kind, { spec: { selfSigned: {} } }, NAME)
        : global("cert-manager.io/v1", kind, { spec: { selfSigned: {} } }, NAME);
const certificate = (issuerRef: object) =>
    inApps("cert-manager.io/v1", "Certificate", { spec: { secretName: "own-tls", issuerRef } });
const gateway = inApps(
    GATEWAY_API,
    "Gateway",
    {
        spec: {
            gatewayClassName: "cilium",
            listeners: [{ name: "web", port: 80, protocol: "HTTP" }],
        },
    },
    NAME,
);
export const ofGateways: Record<string, Row> = {
    "a Certificate its Issuer": ["spec.issuerRef", certificate({ name: NAME }), issuer("Issuer")],
    "a Certificate its ClusterIssuer": [
        "spec.issuerRef",
        certificate({ kind: "ClusterIssuer", name: NAME }),
        issuer("ClusterIssuer"),
    ],
    "an Issuer the Secret of its authority": [
        "spec.ca.secretName",
        inApps("cert-manager.io/v1", "Issuer", { spec: { ca: { secretName: NAME } } }),
        secret,
    ],
    "an Issuer the token of its solver": [
        "spec.acme.solvers[].dns01.cloudflare.apiTokenSecretRef",
        inApps("cert-manager.io/v1", "Issuer", {
            spec: {
                acme: {
                    privateKeySecretRef: { name: "written" },
                    solvers: [
                        {
                            dns01: {
                                cloudflare: { apiTokenSecretRef: { name: NAME, key: "key" } },
                            },
                        },
                    ],
                },
            },
        }),
        secret,
    ],
    "an Issuer the Gateway of its solver": [
        "spec.acme.solvers[].http01.gatewayHTTPRoute.parentRefs[]",
        inApps("cert-manager.io/v1", "Issuer", {
            spec: {
                acme: {
                    solvers: [{ http01: { gatewayHTTPRoute: { parentRefs: [{ name: NAME }] } } }],
                },
            },
        }),
        gateway,
    ],
    "a route its Gateway": [
        "a parent",
        inApps(GATEWAY_API, "HTTPRoute", { spec: { parentRefs: [{ name: NAME }] } }),
        gateway,
    ],
    "a route its Service": [
        "a backend",
        inApps(GATEWAY_API, "GRPCRoute", {
            spec: { rules: [{ backendRefs: [{ name: NAME, port: 80 }] }] },
        }),
        service,
    ],
    "a route the Service that it mirrors to": [
        "a backend",
        inApps(GATEWAY_API, "HTTPRoute", {
            spec: {
                rules: [{ filters: [{ requestMirror: { backendRef: { name: NAME, port: 80 } } }] }],
            },
        }),
        service,
    ],
    "a Gateway its class": [
        "spec.gatewayClassName",
        inApps(GATEWAY_API, "Gateway", { spec: { gatewayClassName: NAME } }),
        global(
            GATEWAY_API,
            "GatewayClass",
            { spec: { controllerName: "io.cilium/gateway-controller" } },
            NAME,
        ),
    ],
    "a Gateway its certificate": [
        "listener web",
        inApps(GATEWAY_API, "Gateway", {
            spec: {
                gatewayClassName: "cilium",
                listeners: [{ name: "web", tls: { certificateRefs: [{ name: NAME }] } }],
            },
        }),
        secret,
    ],
    "a ScaledObject its Deployment": [
        "spec.scaleTargetRef",
        inApps("keda.sh/v1alpha1", "ScaledObject", { spec: { scaleTargetRef: { name: NAME } } }),
        deployment,
    ],
    "a trigger its authentication": [
        "spec.triggers[].authenticationRef",
        inApps("keda.sh/v1alpha1", "ScaledObject", {
            spec: { triggers: [{ authenticationRef: { name: NAME } }] },
        }),
        inApps("keda.sh/v1alpha1", "TriggerAuthentication", {}, NAME),
    ],
    "an authentication its Secret": [
        "spec.secretTargetRef[]",
        inApps("keda.sh/v1alpha1", "TriggerAuthentication", {
            spec: { secretTargetRef: [{ parameter: "password", name: NAME, key: "key" }] },
        }),
        secret,
    ],
};
