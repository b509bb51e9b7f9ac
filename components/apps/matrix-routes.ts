/** How people and programs reach Matrix. */
import type * as pulumi from "@pulumi/pulumi";
import type { Namespace } from "../base/namespace";
import { Route, type RouteArgs } from "../gateway/route";
import {
    LARGEST_FILE,
    MATRIX,
    matrixHosts,
    matrixPods,
    matrixPorts,
    matrixServices,
} from "./matrix-names";

/** Paths of the API of clients that the authentication service answers (templates/synapse/_helpers.tpl). */
const signOnPaths = ["v3", "r0", "api/v1", "unstable"].flatMap((version) =>
    ["login", "refresh", "logout"].map((what) => `/_matrix/client/${version}/${what}`),
);

/** What a route of Matrix says. */
interface MatrixRoute extends Pick<RouteArgs, "paths" | "service" | "port" | "limits" | "answer"> {
    /** Known to trust/access.ts, which says why each is open. */
    readonly name: `matrix${"" | "-login" | "-well-known" | "-account" | "-chat"}`;
    readonly host: keyof typeof matrixHosts;
    readonly pods: Readonly<Record<string, string>>;
    /** Port at the pods. */
    readonly reached: number;
}

const routes: readonly MatrixRoute[] = [
    {
        name: MATRIX,
        host: "server",
        // Not `/_synapse/admin`, which is for who runs the server, inside.
        paths: ["/_matrix", "/_synapse/client"],
        service: matrixServices.proxy,
        port: matrixPorts.proxy,
        pods: matrixPods.proxy,
        reached: matrixPorts.proxy,
        // Each program asks anew every half minute, and for each picture.
        limits: { requestsPerSecond: 200, requestSize: LARGEST_FILE, timeout: 180 },
        answer: { path: "/_matrix/client/versions", statuses: [200] },
    },
    {
        name: "matrix-login",
        host: "server",
        paths: signOnPaths,
        service: matrixServices.account,
        port: matrixPorts.account,
        pods: matrixPods.account,
        reached: matrixPorts.account,
        answer: { path: "/_matrix/client/v3/login", statuses: [200] },
    },
    {
        name: "matrix-well-known",
        host: "server",
        paths: ["/.well-known/matrix"],
        service: matrixServices.wellKnown,
        port: matrixPorts.wellKnown,
        pods: matrixPods.proxy,
        reached: matrixPorts.wellKnown,
        answer: { path: "/.well-known/matrix/client", statuses: [200] },
    },
    {
        name: "matrix-account",
        host: "account",
        paths: ["/"],
        service: matrixServices.account,
        port: matrixPorts.account,
        pods: matrixPods.account,
        reached: matrixPorts.account,
        answer: { path: "/.well-known/openid-configuration", statuses: [200] },
    },
    {
        name: "matrix-chat",
        host: "web",
        paths: ["/"],
        service: matrixServices.web,
        port: 80,
        pods: matrixPods.web,
        reached: matrixPorts.web,
        answer: { path: "/config.json", statuses: [200] },
    },
];

/** Makes the routes; returns where people find Matrix. */
export function matrixRoutes(
    { site, gateway, namespace }: Pick<RouteArgs, "site" | "gateway"> & { namespace: Namespace },
    inside: pulumi.ComponentResourceOptions,
): string {
    for (const { name, host, pods, reached, ...route } of routes) {
        new Route(
            name,
            {
                ...route,
                ...{ site, gateway, host: `${matrixHosts[host]}.${site.domain}` },
                to: { namespace, pods, ports: [reached] },
                guard: { open: `HTTPRoute/${MATRIX}/${name}` as const },
            },
            inside,
        );
    }
    return `https://${matrixHosts.web}.${site.domain}`;
}
