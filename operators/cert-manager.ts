/** cert-manager: certificates as Secrets, also for the Ingresses and Gateways that ask for them. */
import type { Behaviour, MadeValues, NamedField, Resource } from "./behaviour";
import { keyOf, kinds, named } from "./names";
import { labelsAt, textAt, treeAt, treesAt } from "./values";

/** Keys of a Secret of cert-manager. */
export const TLS_KEYS: readonly string[] = ["tls.crt", "tls.key", "ca.crt"];

const source = "cert-manager v1.21.1: pkg/apis, https://cert-manager.io/docs/usage/";

/** https://cert-manager.io/docs/usage/certificate/ */
function certificateSecret({ spec }: Resource): MadeValues[] {
    const name = textAt(spec, "secretName");
    const formats = treesAt(spec, "additionalOutputFormats").map(({ type }) =>
        type === "DER" ? "key.der" : "tls-combined.pem",
    );
    const stores = Object.keys(treeAt(spec, "keystores")).flatMap((type) =>
        type === "pkcs12" ? ["keystore.p12", "truststore.p12"] : ["keystore.jks", "truststore.jks"],
    );
    return name === undefined ? [] : [{ name, keys: [...TLS_KEYS, ...formats, ...stores] }];
}

/**
 * The Secrets of an Ingress or a Gateway whose annotation names an issuer
 * (https://cert-manager.io/docs/usage/gateway/).
 */
export function annotatedSecrets({ metadata, spec }: Resource): MadeValues[] {
    const annotations = labelsAt(metadata, "annotations");
    if (!["issuer", "cluster-issuer"].some((kind) => `cert-manager.io/${kind}` in annotations)) {
        return [];
    }
    const names = [
        ...treesAt(spec, "tls").map((entry) => textAt(entry, "secretName")),
        ...treesAt(spec, "listeners").flatMap((listener) =>
            treesAt(listener, "tls", "certificateRefs").map((ref) => textAt(ref, "name")),
        ),
    ];
    return names.flatMap((name) => (name === undefined ? [] : [{ name, keys: TLS_KEYS }]));
}

const DNS01 = "spec.acme.solvers[].dns01";

/** Names in an Issuer; the key of an account is written, not read. */
const issuerNames: readonly NamedField[] = [
    ...keyOf("spec.acme.externalAccountBinding", ["keySecretRef"]),
    ...keyOf(DNS01, [
        "acmeDNS.accountSecretRef",
        "akamai.accessTokenSecretRef",
        "akamai.clientSecretSecretRef",
        "akamai.clientTokenSecretRef",
        "azureDNS.clientSecretSecretRef",
        "cloudDNS.serviceAccountSecretRef",
        "cloudflare.apiKeySecretRef",
        "cloudflare.apiTokenSecretRef",
        "digitalocean.tokenSecretRef",
        "rfc2136.tsigSecretSecretRef",
        "route53.accessKeyIDSecretRef",
        "route53.secretAccessKeySecretRef",
    ]),
    ...named(
        "networking.k8s.io/IngressClass",
        "spec.acme.solvers[].http01.ingress.ingressClassName",
    ),
    ...named(kinds.secret, "spec.ca.secretName", "spec.vault.auth.clientCertificate.secretName"),
    ...keyOf("spec.vault", [
        "auth.appRole.secretRef",
        "auth.kubernetes.secretRef",
        "auth.tokenSecretRef",
        "caBundleSecretRef",
        "clientCertSecretRef",
        "clientKeySecretRef",
    ]),
    ...keyOf("spec.venafi", ["cloud.apiTokenSecretRef", "tpp.caBundleSecretRef"]),
    ...named(
        kinds.secret,
        "spec.venafi.ngts.credentialsRef.name",
        "spec.venafi.tpp.credentialsRef.name",
    ),
];

/** Gateways through which the authority is answered. */
const solverGateways = [
    {
        path: "spec.acme.solvers[].http01.gatewayHTTPRoute.parentRefs[]",
        group: "gateway.networking.k8s.io",
        kind: "Gateway",
    },
];
const issuer = [{ path: "spec.issuerRef", group: "cert-manager.io", kind: "Issuer" }];

/**
 * The rooms of the kinds. A challenge by HTTP runs a pod of 10m and 64Mi for the moments that it
 * lasts (pkg/issuer/acme/http/pod.go); it is Challenges, which cert-manager writes, that make them.
 */
export const certManager: readonly Behaviour[] = [
    {
        kind: "cert-manager.io/Certificate",
        source,
        secrets: certificateSecret,
        names: keyOf("spec.keystores", ["jks.passwordSecretRef", "pkcs12.passwordSecretRef"]),
        typedNames: issuer,
    },
    { kind: "cert-manager.io/CertificateRequest", source, typedNames: issuer },
    {
        kind: "cert-manager.io/Issuer",
        source,
        names: issuerNames,
        typedNames: solverGateways,
    },
    {
        kind: "cert-manager.io/ClusterIssuer",
        source,
        names: issuerNames,
        typedNames: solverGateways,
        namesWhereOperatorRuns: true,
    },
    { kind: "networking.k8s.io/Ingress", source, secrets: annotatedSecrets },
];
