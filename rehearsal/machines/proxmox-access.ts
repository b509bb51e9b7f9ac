/**
 * Who may do what in the simulated Proxmox: tokens with privileges on paths. Pure. Source:
 * pve-access-control 9, `src/PVE/RPCEnvironment.pm` (`check`) and `src/PVE/AccessControl.pm`
 * (`roles`: the entry nearest to a path counts, and hides those above it).
 */
import { ProxmoxError } from "./proxmox-error";

/** A token, and its privileges by path. */
export interface Token {
    /** `user@realm!name`. */
    readonly id: string;
    readonly secret: string;
    readonly privileges: Readonly<Record<string, readonly string[]>>;
}

/** The token of an `Authorization` header; a wrong one gets Proxmox's answer (401). */
export function tokenOfHeader(tokens: readonly Token[], header: string | undefined): Token {
    const found = tokens.find(({ id, secret }) => header === `PVEAPIToken=${id}=${secret}`);
    if (found === undefined) {
        throw new ProxmoxError(401, "invalid token value!");
    }
    return found;
}

/** Paths above a path, the nearest first: `/storage/local`, `/storage`, `/`. */
function pathsAbove(path: string): string[] {
    const parts = path.split("/").filter((part) => part !== "");
    return [...parts.map((_, index) => `/${parts.slice(0, parts.length - index).join("/")}`), "/"];
}

/** The privileges of a token on a path. */
export function privilegesOn({ privileges }: Token, path: string): readonly string[] {
    const nearest = pathsAbove(path).find((one) => one in privileges);
    return nearest === undefined ? [] : (privileges[nearest] ?? []);
}

/** @throws ProxmoxError (403) when the token lacks a privilege */
export function requirePrivileges(token: Token, path: string, ...needed: readonly string[]): void {
    const held = privilegesOn(token, path);
    const missing = needed.filter((one) => !held.includes(one));
    if (missing.length > 0) {
        throw new ProxmoxError(403, `Permission check failed (${path}, ${missing.join(", ")})`);
    }
}
