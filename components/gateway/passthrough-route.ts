import type * as pulumi from "@pulumi/pulumi";
import { connect, type Endpoint } from "../base/connection";
import type { Foundation } from "../base/foundation";
import type { KubernetesObject } from "../base/object";
import { Part } from "../base/part";
import type { PublicGateway } from "./public-gateway";
import { type RoutePlace, tlsRoute } from "./route-manifests";

/** Arguments of {@link PassthroughRoute}. */
export interface PassthroughRouteArgs
    extends Pick<Foundation, "site">, Pick<RoutePlace, "host" | "service" | "port"> {
    readonly gateway: Pick<PublicGateway, "ready" | "proxies" | "take">;
    /** The pods behind the Service, which end TLS and sign people on; their namespace is `routed`. */
    readonly to: Endpoint;
    /** Group of people for whom it is. */
    readonly group: string;
}

/**
 * Something that is reached by its name and ends TLS itself. The gateway sees no request, so it can
 * neither guard nor limit them: `trust/access.ts` names the pods that do.
 */
export class PassthroughRoute extends Part {
    /** Where programs find it. */
    readonly url: string;
    /** The route. */
    readonly ready: readonly KubernetesObject[];

    /** @throws Error for a name that another route has */
    constructor(name: string, args: PassthroughRouteArgs, opts: pulumi.ComponentResourceOptions) {
        const { site, host, service, port, gateway, to, group } = args;
        const access = { guard: "certificate", groups: [group] };
        super("gateway", "PassthroughRoute", name, { site }, { host, paths: ["/"], access }, opts);
        const { namespace } = to;
        gateway.take(host, "/", `TLSRoute/${namespace.name}/${name}`);
        const flows = connect(`${name}-route`, { from: gateway.proxies, to });
        const place = { name, namespace: namespace.name, host, service, port };
        this.ready = [
            this.object(tlsRoute(place), {
                dependsOn: [namespace.object, ...gateway.ready, ...flows],
            }),
        ];
        this.url = `https://${host}`;
    }
}
