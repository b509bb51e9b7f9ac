/**
 * The part of Proxmox's API that the provider and the program's own check ask for. Each route names the
 * privileges that Proxmox checks (API viewer, "Check"). Pure: a request in, an answer out.
 */
import type { Proxmox } from "./proxmox";
import type { Token } from "./proxmox-access";
import { ProxmoxError } from "./proxmox-error";
import type { ApiRequest, Route } from "./proxmox-route";
import { CLUSTER_ROUTES, STORAGE_ROUTES } from "./proxmox-routes-cluster";
import { FIREWALL_ROUTES } from "./proxmox-routes-firewall";
import { MACHINE_ROUTES } from "./proxmox-routes-machine";

const ROUTES: readonly Route[] = [
    ...CLUSTER_ROUTES,
    ...STORAGE_ROUTES,
    ...MACHINE_ROUTES,
    ...FIREWALL_ROUTES,
];

/** The open parts of a path, or undefined where it is another one. */
function matched(pattern: string, path: string): string[] | undefined {
    const wanted = pattern.split("/");
    const found = path.split("/");
    if (
        wanted.length !== found.length ||
        wanted.some((part, index) => part !== "*" && part !== found[index])
    ) {
        return undefined;
    }
    return found.filter((_, index) => wanted[index] === "*").map(decodeURIComponent);
}

/**
 * Answers a request.
 *
 * @throws ProxmoxError with the status and the sentence of Proxmox; 501 for what is not simulated
 */
export function answer(proxmox: Proxmox, token: Token, request: ApiRequest, now: number): unknown {
    proxmox.tasks.advance(now);
    for (const [method, pattern, route] of ROUTES) {
        const at = method === request.method ? matched(pattern, request.path) : undefined;
        if (at !== undefined) {
            return route({ proxmox, token, now, fields: request.fields, at });
        }
    }
    throw new ProxmoxError(501, `Method '${request.method} ${request.path}' not implemented`);
}
