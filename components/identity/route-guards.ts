import type * as pulumi from "@pulumi/pulumi";
import type { GuardedPage } from "../base/capabilities";
import { connect } from "../base/connection";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { Part } from "../base/part";
import type { PublicGateway } from "../gateway/public-gateway";
import type { SignOn } from "../gateway/route";
import type { Authelia } from "./authelia";
import { autheliaPorts } from "./authelia-configuration";
import { name as autheliaName, referenceGrant } from "./authelia-objects";

/** Arguments of {@link RouteGuards}. */
export interface RouteGuardsArgs extends Pick<Foundation, "site"> {
    readonly gateway: Pick<PublicGateway, "proxies">;
    readonly login: Pick<Authelia, "answersAt" | "issuer" | "ready">;
    /** The CRD of what lets a policy of one namespace name a Service of another. */
    readonly gatewayApi: { readonly ready: readonly pulumi.Resource[] };
    /** The pages that the login knows. */
    readonly pages: readonly GuardedPage[];
}

/** Headers that a proxy passes on with its question (authelia v4.39.20: docs, Envoy Gateway). */
const questions = ["accept", "authorization", "cookie", "proxy-authorization", "x-forwarded-proto"];
/** Headers that what lies behind gets with the answer; whoever sends them from outside loses them. */
const answers = ["Remote-User", "Remote-Groups", "Remote-Name", "Remote-Email"];

/**
 * Guards of routes: each proxy asks the login who somebody is before it passes a request on, and
 * lets nobody in when it gets no answer. They come after both, the gateway, through which people
 * reach the login, and the login, which the gateway asks: so neither waits for the other.
 */
export class RouteGuards extends Part implements SignOn {
    readonly rules: Readonly<Record<string, unknown>>;
    readonly loginUrl: string;
    readonly ready: readonly pulumi.Resource[];
    private readonly grants = new Map<string, pulumi.Resource>();

    constructor(
        name: string,
        private readonly args: RouteGuardsArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("identity", "RouteGuards", name, args, {}, opts);
        const { gateway, login } = args;
        const { namespace } = login.answersAt;
        this.loginUrl = login.issuer;
        this.rules = {
            extAuth: {
                failOpen: false,
                headersToExtAuth: questions,
                http: {
                    backendRefs: [
                        {
                            name: autheliaName,
                            namespace: namespace.name,
                            port: autheliaPorts.http,
                        },
                    ],
                    path: "/api/authz/ext-authz/",
                    headersToBackend: answers,
                },
            },
        };
        const way = connect("gateway-asks-login", { from: gateway.proxies, to: login.answersAt });
        this.ready = [...login.ready, ...way];
    }

    admit(page: GuardedPage, { name }: Namespace): readonly pulumi.Resource[] {
        const { pages, gatewayApi, login } = this.args;
        if (!pages.includes(page)) {
            throw new Error(
                `The page ${page.host} stands in no definition of a system that is on, so the login would let nobody in: name it in routes.`,
            );
        }
        const home = login.answersAt.namespace;
        const grant =
            this.grants.get(name) ??
            this.object(referenceGrant(home.name, name), {
                dependsOn: [home.object, ...gatewayApi.ready],
            });
        this.grants.set(name, grant);
        return [grant];
    }
}
