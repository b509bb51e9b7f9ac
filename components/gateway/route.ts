import type * as pulumi from "@pulumi/pulumi";
import { connect, type Endpoint } from "../base/connection";
import type { Foundation } from "../base/foundation";
import type { KubernetesObject } from "../base/object";
import { Part } from "../base/part";
import type { PublicRoute } from "../../trust/access";
import type { PublicGateway } from "./public-gateway";
import {
    defaultLimits,
    httpRoute,
    type RouteLimits,
    type RoutePlace,
    securityPolicy,
    trafficPolicy,
} from "./route-manifests";

/** Whoever signs people on offers this; without one no guarded route can be written. */
export interface SignOn {
    /** What a SecurityPolicy says besides its target: `oidc` or `extAuth`. */
    readonly rules: (factors: "one" | "two") => Readonly<Record<string, unknown>>;
    /** What must answer before anybody can sign on. */
    readonly ready: readonly pulumi.Resource[];
}

/**
 * Who gets in: anybody, for a route that `trust/access.ts` names with its reason, or whoever signed
 * on, with one factor or two.
 */
export type Guard =
    { readonly open: PublicRoute } | { readonly signOn: SignOn; readonly factors: "one" | "two" };

/** Arguments of {@link Route}. */
export interface RouteArgs
    extends Pick<Foundation, "site">, Pick<RoutePlace, "host" | "paths" | "service" | "port"> {
    readonly gateway: Pick<PublicGateway, "ready" | "proxies" | "take">;
    /** The pods behind the Service; their namespace is `routed`. */
    readonly to: Endpoint;
    readonly guard: Guard;
    /** What differs from {@link defaultLimits}. */
    readonly limits?: Partial<RouteLimits>;
}

/**
 * Something that is reached by its name: the route, its guard, its limits and the flows at both
 * ends. TLS, security headers and what clients may do are the Gateway's, for all routes alike.
 */
export class Route extends Part {
    /** Where people and programs find it. */
    readonly url: string;
    /** The route, its limits and its guard. */
    readonly ready: readonly KubernetesObject[];

    /** @throws Error for a path that another route has, or a guard that is another route's */
    constructor(name: string, args: RouteArgs, opts: pulumi.ComponentResourceOptions) {
        const { site, host, paths, service, port, gateway, to, guard } = args;
        super("gateway", "Route", name, { site }, {}, opts);
        const { namespace } = to;
        const place: RoutePlace = { name, namespace: namespace.name, host, paths, service, port };
        const key = `HTTPRoute/${namespace.name}/${name}`;
        if ("open" in guard && guard.open !== key) {
            throw new Error(`${key} is open by the permission of ${guard.open}: it needs its own.`);
        }
        paths.forEach((path) => {
            gateway.take(host, path, key);
        });
        const flows = connect(`${name}-route`, { from: gateway.proxies, to });
        const dependsOn = [namespace.object, ...gateway.ready];
        const rules =
            "open" in guard
                ? { authorization: { defaultAction: "Allow" } }
                : guard.signOn.rules(guard.factors);
        // The Gateway lets nobody in until the policies of the route are there.
        const route = this.object(httpRoute(place), { dependsOn: [...dependsOn, ...flows] });
        const after = { dependsOn: [route, ...("open" in guard ? [] : guard.signOn.ready)] };
        this.ready = [
            route,
            this.object(trafficPolicy(place, { ...defaultLimits, ...args.limits }), after),
            this.object(securityPolicy(place, rules), after),
        ];
        this.url = `https://${host}`;
    }
}
