import type * as pulumi from "@pulumi/pulumi";
import type { End } from "../base/connection";
import type { SystemContext } from "../base/foundation";
import type { KubernetesObject, Manifest } from "../base/object";
import { Part } from "../base/part";
import type { CertManager } from "../security/cert-manager";
import { type Issuers, issuers } from "../security/issuers";
import type { EnvoyGateway, envoyGateway } from "./envoy-gateway";
import {
    clientTraffic,
    gateway,
    gatewayClass,
    redirect,
    wildcardCertificate,
    withoutGuard,
} from "./gateway-manifests";
import { nameForGateway } from "../../operators/envoy-gateway";
import { gatewayPods, publicGateway } from "./public-names";
import type { StandingRoute } from "./standing-route";

/** Arguments of {@link PublicGateway}. */
export interface PublicGatewayArgs extends Pick<
    SystemContext<typeof envoyGateway>,
    "site" | "settings"
> {
    /** The CRDs of what is made here. */
    readonly gatewayApi: { readonly ready: readonly pulumi.Resource[] };
    readonly envoy: Pick<EnvoyGateway, "home" | "definitions" | "ready">;
    readonly certificates: {
        readonly manager: Pick<CertManager, "definitions">;
        readonly issuers: Pick<Issuers, "internal" | "acme">;
    };
}

/**
 * The Gateway that the platform shares: one address, one certificate for all names below the
 * domain, TLS from 1.2 on, plain HTTP only to be sent on, and nothing open that no route opens.
 */
export class PublicGateway extends Part {
    /** What a route waits for. */
    readonly ready: readonly KubernetesObject[];
    /** The proxies, which open the connections of every route. */
    readonly proxies: End;
    /** Who has which path of which host. */
    private readonly taken = new Map<string, string>();
    private readonly standing: StandingRoute[] = [];

    constructor(
        name: string,
        { site, settings, gatewayApi, envoy, certificates }: PublicGatewayArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("gateway", "PublicGateway", name, { site }, {}, opts);
        const account = nameForGateway(publicGateway);
        this.proxies = { namespace: envoy.home, pods: gatewayPods, account };
        const register = (manifest: Manifest, needs: readonly pulumi.Resource[] = []) =>
            this.object(manifest, {
                dependsOn: [envoy.home.object, ...gatewayApi.ready, ...envoy.ready, ...needs],
            });
        // Browsers trust the ACME server's; without it people install the internal authority.
        const { acme = certificates.issuers.internal } = certificates.issuers;
        const issuer = certificates.issuers.acme === undefined ? issuers.internal : issuers.acme;
        const definition = certificates.manager.definitions.get("cert-manager.io/Certificate");
        const certificate = register(wildcardCertificate(site.domain, issuer), [
            acme,
            ...(definition ? [definition] : []),
        ]);
        const hasClusters =
            site.delivery?.orders !== undefined ||
            site.tenants.some(({ kind }) => kind === "virtual-cluster");
        const shared = register(gateway(site.domain, hasClusters), [
            register(gatewayClass),
            certificate,
        ]);
        const policies = [clientTraffic(settings.trustedProxies), ...withoutGuard, redirect];
        // A route comes after the policy that keeps unguarded ones shut.
        this.ready = [shared, ...policies.map((manifest) => register(manifest, [shared]))];
    }

    /** The routes so far; whoever looks at them from outside comes after them. */
    get routes(): readonly StandingRoute[] {
        return this.standing;
    }

    /** Notes a route. */
    note(route: StandingRoute): void {
        this.standing.push(route);
    }

    /**
     * Gives a path of a host to a route.
     *
     * @throws Error naming both routes when another one has it
     */
    take(host: string, path: string, route: string): void {
        const place = `${host}${path}`;
        const other = this.taken.get(place);
        if (other !== undefined) {
            throw new Error(
                `${place} is given to two routes, ${other} and ${route}: name each once.`,
            );
        }
        this.taken.set(place, route);
    }
}
