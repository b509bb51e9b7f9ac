/** How builds are reached from outside. */
import type * as pulumi from "@pulumi/pulumi";
import type { Namespace } from "../base/namespace";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type RouteArgs, type SignOn } from "../gateway/route";
import { EVENT_LISTENER_PORT } from "../../operators/tekton-pods";
import { dashboardPods, DASHBOARD_PORT, TEKTON_DASHBOARD, tektonPage } from "./tekton-dashboard";
import { LISTENER, listenerPods } from "./tekton-triggers";

/** Where routes attach, and who guards the page. */
interface ReachedBuilds {
    readonly site: RouteArgs["site"];
    readonly gateway: PublicGateway;
    readonly guards: SignOn;
}

/**
 * Webhooks for servers of repositories, and the page for people who signed on.
 *
 * @returns where people see runs
 */
export function routeBuilds(
    { site, gateway, guards }: ReachedBuilds,
    namespace: Namespace,
    inside: pulumi.ComponentResourceOptions,
): string {
    new Route(
        "builds-webhook",
        {
            ...{ site, gateway, host: `builds.${site.domain}`, paths: ["/push"] },
            ...{ service: `el-${LISTENER}`, port: EVENT_LISTENER_PORT },
            to: { namespace, pods: listenerPods, ports: [EVENT_LISTENER_PORT] },
            guard: { open: "HTTPRoute/builds/builds-webhook" },
            limits: { requestsPerSecond: 5 },
            // A question without a body is no push (pkg/sink/validate_payload.go).
            answer: { path: "/push", statuses: [400] },
        },
        inside,
    );
    return new Route(
        TEKTON_DASHBOARD,
        {
            ...{ site, gateway, host: `${tektonPage.host}.${site.domain}`, paths: ["/"] },
            ...{ service: TEKTON_DASHBOARD, port: DASHBOARD_PORT },
            to: { namespace, pods: dashboardPods, ports: [DASHBOARD_PORT] },
            guard: { signOn: guards, page: tektonPage },
            // Logs are told of for as long as an answer may take.
            limits: { timeout: 600 },
        },
        inside,
    ).url;
}
