/** What is reached by its name in a stack, by whom, and on which way. Pure. */
import { isRecord } from "../../components/base/object";
import { publicGateway } from "../../components/gateway/public-names";
import { isPage, type PageLine, toPageLine } from "../../preview/page-line";
import type { StackResource } from "../../preview/recorded-stack";

/** Something that is reached by its name. */
export interface RouteRow extends PageLine {
    readonly name: string;
    /** Layer of what brings it. */
    readonly layer: string;
    /** `namespace/Service:port`. */
    readonly service: string;
    /** Undefined where the gateway sees no requests, because TLS ends behind it. */
    readonly limits: RowLimits | undefined;
}

/** How much of a service a route takes. */
export interface RowLimits {
    /** Requests a second at each proxy. */
    readonly requestsPerSecond: number;
    /** Size of a request, as Kubernetes writes quantities. */
    readonly requestSize: string;
    /** How long an answer may take, as the Gateway API writes durations. */
    readonly timeout: string;
}

/** The way of a request to all of them. */
export interface RouteMap {
    readonly stack: string;
    /** A tunnel brings requests in from the internet. */
    readonly hasTunnel: boolean;
    /** The load balancer's address; undefined for any of the pool. */
    readonly address: string | undefined;
    /** Names on the certificate, and who signs it. */
    readonly certificate: { readonly names: readonly string[]; readonly issuer: string };
    readonly routes: readonly RouteRow[];
}

/** The value at a path, or undefined where there is none. */
function at(tree: unknown, ...path: (string | number)[]): unknown {
    return path.reduce<unknown>(
        (value, key) =>
            isRecord(value) || Array.isArray(value)
                ? (value as Readonly<Record<string, unknown>>)[key]
                : undefined,
        tree,
    );
}

/** The layer of whose namespace it is. */
function layerOf(namespace: string, resources: readonly StackResource[]): string {
    const found = resources.find(
        ({ type, name }) => type === "platform:base:Namespace" && name === namespace,
    );
    const owner = resources.find(({ urn }) => urn === found?.parent);
    return owner?.type.split(":")[1] ?? "";
}

function rowOf(route: StackResource, resources: readonly StackResource[]): RouteRow {
    const children = resources.filter(({ parent }) => parent === route.urn);
    const child = (kind: string) => children.find(({ inputs }) => inputs.kind === kind)?.inputs;
    const own = child("HTTPRoute") ?? child("TLSRoute");
    const backend = at(own, "spec", "rules", 0, "backendRefs", 0);
    const limits = at(child("BackendTrafficPolicy"), "spec");
    const size = at(limits, "requestBuffer", "limit");
    const limit = at(limits, "rateLimit", "local", "rules", 0, "limit", "requests");
    const namespace = String(at(own, "metadata", "namespace"));
    return {
        ...toPageLine(route.inputs),
        name: route.name,
        layer: layerOf(namespace, resources),
        service: `${namespace}/${String(at(backend, "name"))}:${String(at(backend, "port"))}`,
        limits:
            limits === undefined
                ? undefined
                : {
                      requestsPerSecond: Number(limit),
                      requestSize: typeof size === "string" ? size : "any size",
                      timeout: String(at(limits, "timeout", "http", "requestTimeout")),
                  },
    };
}

/** The map of a recorded stack. */
export function routeMapOf(stack: string, resources: readonly StackResource[]): RouteMap {
    const ofKind = (kind: string) => resources.filter(({ inputs }) => inputs.kind === kind);
    const shared = ofKind("Gateway").find(
        ({ inputs }) => at(inputs, "metadata", "name") === publicGateway.name,
    );
    const listeners = at(shared?.inputs, "spec", "listeners");
    const secrets = (Array.isArray(listeners) ? listeners : []).map((listener) =>
        at(listener, "tls", "certificateRefs", 0, "name"),
    );
    const certificate = ofKind("Certificate").find(
        ({ inputs }) =>
            at(inputs, "metadata", "namespace") === publicGateway.namespace &&
            secrets.includes(at(inputs, "spec", "secretName")),
    );
    const names = at(certificate?.inputs, "spec", "dnsNames");
    const proxy = ofKind("EnvoyProxy")[0]?.inputs;
    const address = at(
        proxy,
        ...["spec", "provider", "kubernetes", "envoyService", "loadBalancerIP"],
    );
    return {
        stack,
        hasTunnel: resources.some(({ type }) => type === "platform:network:CloudflareTunnel"),
        address: typeof address === "string" ? address : undefined,
        certificate: {
            names: Array.isArray(names) ? names.map(String) : [],
            issuer:
                certificate === undefined
                    ? "nobody"
                    : String(at(certificate.inputs, "spec", "issuerRef", "name")),
        },
        routes: resources
            .filter(({ type }) => isPage(type))
            .map((route) => rowOf(route, resources))
            .sort((one, other) =>
                `${one.host} ${one.paths.join()}` < `${other.host} ${other.paths.join()}` ? -1 : 1,
            ),
    };
}
