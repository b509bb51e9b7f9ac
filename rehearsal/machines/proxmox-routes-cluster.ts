/** Routes of the simulated Proxmox that are about the cluster and its storages. Pure. */
import type { Proxmox } from "./proxmox";
import { privilegesOn, requirePrivileges } from "./proxmox-access";
import { bytesOf, partsOf } from "./proxmox-config";
import type { Route } from "./proxmox-route";
import type { Machine } from "./proxmox-machine";

/** Release that the simulation follows. */
const VERSION = { version: "9.1.2", release: "9.1", repoid: "rehearsal" } as const;
const GIB = 1024 ** 3;

/** The id of a machine and what it runs as, as the list of resources has it. */
function resourceOf({ vmId, host, config, running }: Machine): Record<string, unknown> {
    return {
        id: `qemu/${vmId}`,
        type: "qemu",
        vmid: vmId,
        node: host,
        name: config.name,
        status: running ? "running" : "stopped",
        // What runs, which a change that waits for a start is not yet (pve-manager: PVE/API2Tools.pm).
        maxcpu: Number(config.cores ?? "1") * Number(config.sockets ?? "1"),
        maxmem: Number(config.memory ?? "512") * 1024 ** 2,
    };
}

/** Of the cluster. */
export const CLUSTER_ROUTES: readonly Route[] = [
    ["GET", "/version", () => VERSION],
    [
        "GET",
        "/nodes",
        ({ proxmox }) => proxmox.hosts.map((node) => ({ node, status: "online", type: "node" })),
    ],
    [
        "GET",
        "/access/permissions",
        ({ token, fields: { path = "/" } }) => ({
            [path]: Object.fromEntries(privilegesOn(token, path).map((one) => [one, 1])),
        }),
    ],
    [
        "GET",
        "/cluster/resources",
        ({ proxmox, token }) =>
            [...proxmox.machines.values()]
                .filter(({ vmId }) => privilegesOn(token, `/vms/${vmId}`).includes("VM.Audit"))
                .map(resourceOf),
    ],
    // Only pools in which the token may look are listed, and this one is in none.
    ["GET", "/pools", () => []],
    [
        "GET",
        "/cluster/firewall/options",
        ({ token }) => {
            requirePrivileges(token, "/", "Sys.Audit");
            return { enable: 1 };
        },
    ],
];

/** Bytes of a disk; 0 for a volume that no machine has. */
function sizeOf({ machines }: Proxmox, volume: string): number {
    const disks = [...machines.values()].flatMap(({ config }) => Object.values(config));
    const disk = disks.find((text) => text.startsWith(`${volume},`));
    return bytesOf(partsOf(disk ?? "").more.get("size") ?? "0");
}

/** Of the storages. */
export const STORAGE_ROUTES: readonly Route[] = [
    [
        "GET",
        "/nodes/*/storage",
        ({ proxmox, token }) =>
            proxmox.storages
                .filter(({ name }) =>
                    privilegesOn(token, `/storage/${name}`).some((one) =>
                        one.startsWith("Datastore."),
                    ),
                )
                .map(({ name, content }) => ({
                    storage: name,
                    content: content.join(","),
                    active: 1,
                    enabled: 1,
                    type: "dir",
                })),
    ],
    [
        "GET",
        "/nodes/*/query-url-metadata",
        ({ token, fields: { url = "" } }) => {
            requirePrivileges(token, "/", "Sys.Audit", "Sys.Modify");
            return {
                filename: url.split("/").at(-1),
                mimetype: "application/octet-stream",
                size: GIB,
            };
        },
    ],
    [
        "POST",
        "/nodes/*/storage/*/download-url",
        ({ proxmox, token, now, fields, at: [host = "", storage = ""] }) => {
            requirePrivileges(token, `/storage/${storage}`, "Datastore.AllocateTemplate");
            requirePrivileges(token, "/", "Sys.Audit", "Sys.Modify");
            const { content = "", filename: file = "", url = "" } = fields;
            return proxmox.download({ host, storage, content, file, url }, token.id, now);
        },
    ],
    [
        "GET",
        "/nodes/*/storage/*/content",
        ({ proxmox, token, fields, at: [host = "", storage = ""] }) => {
            requirePrivileges(token, `/storage/${storage}`, "Datastore.Audit");
            return [...proxmox.files]
                .filter(([, file]) => file.host === host)
                .map(([key]) => key.slice(host.length + 1))
                .filter((volume) => volume.startsWith(`${storage}:${fields.content ?? ""}`))
                .map((volid) => ({ volid, content: fields.content, format: "qcow2", size: GIB }));
        },
    ],
    [
        "GET",
        "/nodes/*/storage/*/content/*",
        ({ proxmox, token, at: [, storage = "", volume = ""] }) => {
            requirePrivileges(token, `/storage/${storage}`, "Datastore.Audit");
            const name = volume.includes(":") ? volume : `${storage}:${volume}`;
            return {
                path: `/dev/${name.replace(":", "/")}`,
                format: "raw",
                size: sizeOf(proxmox, name),
            };
        },
    ],
    [
        "DELETE",
        "/nodes/*/storage/*/content/*",
        ({ proxmox, token, at: [host = "", storage = "", volume = ""] }) => {
            requirePrivileges(token, `/storage/${storage}`, "Datastore.AllocateTemplate");
            const whole = volume.includes(":") ? volume : `${storage}:${volume}`;
            proxmox.removeFile(host, whole);
            return null;
        },
    ],
];
