/** Mutations of the shared Gateway and its routes. */
import { at, change, drop, isKind, list } from "../define";
import type { Mutation } from "../define";
import type { StackResource } from "../../preview/recorded-stack";

const kind = (wanted: string) => (resource: StackResource) => isKind(resource, wanted);
const envoy = kind("EnvoyProxy");
const clients = kind("ClientTrafficPolicy");
const gateway = kind("Gateway");
/** Limits of a route; what holds for the Gateway, every route replaces. */
const limits = (resource: StackResource) =>
    isKind(resource, "BackendTrafficPolicy") &&
    list(resource.inputs, "spec", "targetRefs").some((target) => target.kind === "HTTPRoute");
/** Guards of pages. */
const guards = (resource: StackResource) =>
    isKind(resource, "SecurityPolicy") && "extAuth" in at(resource.inputs, "spec");
/** The host of one page, and the route of another one. */
const TAKEN = "hubble";
const pages = (resource: StackResource) =>
    isKind(resource, "HTTPRoute") && at(resource.inputs, "metadata").name === "lldap-page";
const redirect = (resource: StackResource) =>
    isKind(resource, "HTTPRoute") && at(resource.inputs, "metadata").name === "https-redirect";
const PROXIES = ["spec", "provider", "kubernetes"] as const;

/** SEC-09, SEC-10, and HA-04 to HA-06 of the proxies. */
export const gatewayMutations: readonly Mutation[] = [
    change(["old-tls", "SEC-09", "lets clients speak TLS 1.1"], clients, (inputs) => {
        at(inputs, "spec", "tls").minVersion = "1.1";
    }),
    change(["lost-certificate", "SEC-09", "names a certificate of nobody"], gateway, (inputs) => {
        for (const listener of list(inputs, "spec", "listeners").filter(({ tls }) => tls)) {
            at(listener, "tls").certificateRefs = [{ name: "made-by-hand" }];
        }
    }),
    change(
        ["names-handed-through", "SEC-09", "hands every name through as it is"],
        gateway,
        ({ spec }) => {
            for (const listener of list(spec, "listeners").filter(({ tls }) => tls)) {
                listener.protocol = "TLS";
                listener.tls = { mode: "Passthrough" };
                drop(listener, "hostname");
            }
        },
    ),
    change(["plain-answers", "SEC-09", "answers plain HTTP itself"], redirect, (inputs) => {
        for (const rule of list(inputs, "spec", "rules")) {
            drop(rule, "filters");
        }
    }),
    change(["unguarded-page", "SEC-10", "lets anybody into a page"], guards, (inputs) => {
        drop(at(inputs, "spec"), "extAuth");
        at(inputs, "spec").authorization = { defaultAction: "Allow" };
    }),
    change(["open-guard", "SEC-10", "lets everybody in without an answer"], guards, (inputs) => {
        at(inputs, "spec", "extAuth").failOpen = true;
    }),
    change(["taken-name", "SEC-09", "takes the host of another namespace"], pages, (inputs) => {
        const [own] = at(inputs, "spec").hostnames as string[];
        at(inputs, "spec").hostnames = [own?.replace(/^[^.]+/, TAKEN)];
    }),
    change(["unlimited-route", "SEC-10", "drops the rate limit of a route"], limits, (inputs) => {
        drop(at(inputs, "spec"), "rateLimit");
    }),
    change(["boundless-route", "SEC-10", "drops the size limit of a route"], limits, (inputs) => {
        drop(at(inputs, "spec"), "requestBuffer");
    }),
    change(["bare-answers", "SEC-10", "drops the security headers"], clients, (inputs) => {
        drop(at(inputs, "spec", "headers"), "lateResponseHeaders");
    }),
    change(["single-proxy", "HA-04", "runs one proxy"], envoy, (inputs) => {
        at(inputs, ...PROXIES, "envoyDeployment").replicas = 1;
    }),
    change(["proxies-without-budget", "HA-05", "drops the proxies' budget"], envoy, (inputs) => {
        drop(at(inputs, ...PROXIES), "envoyPDB");
    }),
    change(["stacked-proxies", "HA-06", "puts proxies on one node"], envoy, (inputs) => {
        drop(at(inputs, ...PROXIES, "envoyDeployment", "pod"), "topologySpreadConstraints");
    }),
];
