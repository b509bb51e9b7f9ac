import type * as pulumi from "@pulumi/pulumi";
import type { GuardedPage } from "../base/capabilities";
import { connect, type Endpoint } from "../base/connection";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { KubernetesObject } from "../base/object";
import { Part } from "../base/part";
import { type PublicRoute, publicRoutes } from "../../trust/access";
import type { PublicGateway } from "./public-gateway";
import { type Answer, usualAnswer } from "./standing-route";
import {
    type BackendTls,
    backendTls,
    defaultLimits,
    httpRoute,
    movedWeights,
    type RouteLimits,
    type RoutePlace,
    securityPolicy,
    trafficPolicy,
} from "./route-manifests";

/** Whoever signs people on offers this; without one no guarded route can be written. */
export interface SignOn {
    /** What a SecurityPolicy says besides its target: `oidc` or `extAuth`. */
    readonly rules: Readonly<Record<string, unknown>>;
    /** Where browsers are sent that nobody has signed on with, without a slash at the end. */
    readonly loginUrl: string;
    /**
     * Lets policies of a namespace ask whoever signs people on.
     *
     * @throws Error for a page that no definition has: nobody would be let in
     */
    readonly admit: (page: GuardedPage, namespace: Namespace) => readonly pulumi.Resource[];
    /** What must answer before anybody can sign on. */
    readonly ready: readonly pulumi.Resource[];
}

/**
 * Who gets in: anybody, for a route that `trust/access.ts` names with its reason, or whoever signed
 * on as the page wants it.
 */
export type Guard =
    | {
          readonly open: PublicRoute;
          /**
           * Name of a Secret of the route's namespace with the names and passwords of programs, one of
           * which every caller must show (key `.htpasswd`, SHA-1); default: nobody shows any.
           */
          readonly passwords?: string;
      }
    | { readonly signOn: SignOn; readonly page: GuardedPage };

/** What the inputs of a {@link Route} say of who gets in. */
export interface RouteAccess {
    readonly guard: "public" | GuardedPage["guard"];
    readonly groups?: GuardedPage["groups"];
    /** Why everybody does. */
    readonly reason?: string;
}

/** Arguments of {@link Route}. */
export interface RouteArgs
    extends
        Pick<Foundation, "site">,
        Pick<RoutePlace, "host" | "paths" | "service" | "port" | "canary"> {
    readonly gateway: Pick<PublicGateway, "ready" | "proxies" | "take" | "note">;
    /** The pods behind the Service; their namespace is `routed`. */
    readonly to: Endpoint;
    readonly guard: Guard;
    /** How the proxies know a service that speaks TLS; default: it speaks plain HTTP. */
    readonly tls?: BackendTls;
    /** What differs from {@link defaultLimits}. */
    readonly limits?: Partial<RouteLimits>;
    /** What it answers to whoever shows nothing; default: see {@link usualAnswer}. */
    readonly answer?: Answer;
}

/** What the policy of an open route says. */
function openRules(passwords: string | undefined): Readonly<Record<string, unknown>> {
    return {
        authorization: { defaultAction: "Allow" },
        ...(passwords === undefined ? {} : { basicAuth: { users: { name: passwords } } }),
    };
}

/** Who gets in, as the preview tells it. */
function accessOf(guard: Guard): RouteAccess {
    return "open" in guard
        ? { guard: "public", reason: publicRoutes[guard.open] }
        : { guard: guard.page.guard, groups: guard.page.groups };
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
        const { site, host, paths, service, port, canary, gateway, to, guard } = args;
        super("gateway", "Route", name, { site }, { host, paths, access: accessOf(guard) }, opts);
        const { namespace } = to;
        const label = host.endsWith(`.${site.domain}`)
            ? host.slice(0, -site.domain.length - 1)
            : "";
        if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label)) {
            throw new Error(
                `The route ${name} is for ${host}, which the certificate for *.${site.domain} does not cover: take one label below ${site.domain}.`,
            );
        }
        const place: RoutePlace = {
            ...{ name, namespace: namespace.name, host, paths, service, port },
            ...(canary === undefined ? {} : { canary }),
        };
        const key = `HTTPRoute/${namespace.name}/${name}`;
        if ("open" in guard && guard.open !== key) {
            throw new Error(`${key} is open by the permission of ${guard.open}: it needs its own.`);
        }
        paths.forEach((path) => {
            gateway.take(host, path, key);
        });
        const flows = connect(`${name}-route`, { from: gateway.proxies, to });
        const dependsOn = [namespace.object, ...gateway.ready];
        if ("page" in guard && guard.page.host !== label) {
            throw new Error(`The route ${name} is for ${host}, its page for ${guard.page.host}.`);
        }
        const { rules, needs } =
            "open" in guard
                ? { rules: openRules(guard.passwords), needs: [] }
                : {
                      rules: guard.signOn.rules,
                      needs: [...guard.signOn.ready, ...guard.signOn.admit(guard.page, namespace)],
                  };
        // The Gateway lets nobody in until the policies of the route are there.
        const tls =
            args.tls === undefined ? [] : [this.object(backendTls(place, args.tls), { dependsOn })];
        const route = this.object(httpRoute(place), {
            dependsOn: [...dependsOn, ...flows, ...tls],
            ...(canary === undefined ? {} : { ignoreChanges: [...movedWeights] }),
        });
        const after = { dependsOn: [route, ...needs] };
        this.ready = [
            route,
            this.object(trafficPolicy(place, { ...defaultLimits, ...args.limits }), after),
            this.object(securityPolicy(place, rules), after),
        ];
        this.url = `https://${host}`;
        const login = "open" in guard ? undefined : guard.signOn.loginUrl;
        const { answer = usualAnswer(paths[0] ?? "/", login) } = args;
        gateway.note({ namespace: namespace.name, name, host, answer });
    }
}
