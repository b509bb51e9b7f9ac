/** What the routes of the simulated Proxmox have in common. Pure. */
import type { Proxmox } from "./proxmox";
import { requirePrivileges, type Token } from "./proxmox-access";
import type { MachineConfig } from "./proxmox-config";
import type { Machine } from "./proxmox-machine";

/** A request below `/api2/json`. */
export interface ApiRequest {
    readonly method: string;
    readonly path: string;
    /** Of the query and of the body. */
    readonly fields: Readonly<Record<string, string>>;
}

/** What every route is told. */
export interface Context {
    readonly proxmox: Proxmox;
    readonly token: Token;
    readonly now: number;
    readonly fields: Readonly<Record<string, string>>;
    /** Parts of the path that the route leaves open. */
    readonly at: readonly string[];
}

/** A method, a path with open parts, and what answers. */
export type Route = readonly [
    method: string,
    pattern: string,
    answer: (context: Context) => unknown,
];

/** The machine of a path, for whom may see it. */
export function ofMachine(context: Context, ...privileges: readonly string[]): Machine {
    const [host = "", vmId = ""] = context.at;
    requirePrivileges(context.token, `/vms/${vmId}`, ...privileges);
    return context.proxmox.machine(host, Number(vmId));
}

/** What is sent for a machine, without what is about the request. */
export function configOf({ fields }: Context): { sent: MachineConfig; deleted: string[] } {
    const apart = ["vmid", "node", "digest", "delete", "background_delay", "skiplock", "force"];
    const sent = Object.fromEntries(Object.entries(fields).filter(([key]) => !apart.includes(key)));
    return { sent, deleted: (fields.delete ?? "").split(",").filter((one) => one !== "") };
}
