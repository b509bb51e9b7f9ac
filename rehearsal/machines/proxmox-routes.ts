/**
 * The part of Proxmox's API that the provider and the program's own check ask for. Each route names the
 * privileges that Proxmox checks (API viewer, "Check"). Pure: a request in, an answer out.
 */
import type { Machine, Proxmox } from "./proxmox";
import { privilegesOn, requirePrivileges, type Token } from "./proxmox-access";
import type { MachineConfig } from "./proxmox-config";
import { bytesOf, diskRequests, partsOf } from "./proxmox-config";
import { ProxmoxError } from "./proxmox-error";

/** A request below `/api2/json`. */
export interface ApiRequest {
    readonly method: string;
    readonly path: string;
    /** Of the query and of the body. */
    readonly fields: Readonly<Record<string, string>>;
}

/** What every route is told. */
interface Context {
    readonly proxmox: Proxmox;
    readonly token: Token;
    readonly now: number;
    readonly fields: Readonly<Record<string, string>>;
    /** Parts of the path that the route leaves open. */
    readonly at: readonly string[];
}

type Route = readonly [method: string, pattern: string, answer: (context: Context) => unknown];

/** Release that the simulation follows. */
const VERSION = { version: "9.1.2", release: "9.1", repoid: "rehearsal" } as const;
const GIB = 1024 ** 3;

/** Privileges by what an option is about (qemu-server: API2/Qemu.pm, `$check_vm_modify_config_perm`). */
const OPTION_PRIVILEGES: readonly (readonly [RegExp, string])[] = [
    [/^(scsi|virtio|sata|ide|efidisk|tpmstate)\d+$/, "VM.Config.Disk"],
    [/^net\d+$/, "VM.Config.Network"],
    [/^(cores|sockets|cpu|cpulimit|cpuunits|numa|vcpus)$/, "VM.Config.CPU"],
    [/^(memory|balloon|shares)$/, "VM.Config.Memory"],
    [
        /^(ciuser|cipassword|cicustom|ipconfig\d+|nameserver|searchdomain|sshkeys|citype)$/,
        "VM.Config.Cloudinit",
    ],
    [/^(machine|bios|vga|serial\d+|scsihw|keyboard|hostpci\d+|rng\d+)$/, "VM.Config.HWType"],
    [
        /^(name|description|tags|onboot|startup|protection|boot|ostype|acpi|agent|tablet|template|kvm)$/,
        "VM.Config.Options",
    ],
];

function requireOptions({ token, fields }: Context, vmId: string): void {
    for (const option of Object.keys(fields)) {
        const privilege = OPTION_PRIVILEGES.find(([pattern]) => pattern.test(option))?.[1];
        if (privilege !== undefined) {
            requirePrivileges(token, `/vms/${vmId}`, privilege);
        }
    }
    diskRequests(fields).forEach(({ storage }) => {
        requirePrivileges(token, `/storage/${storage}`, "Datastore.AllocateSpace");
    });
    Object.entries(fields).forEach(([option, text]) => {
        const bridge = partsOf(text).more.get("bridge");
        const tag = partsOf(text).more.get("tag");
        if (/^net\d+$/.test(option) && bridge !== undefined) {
            const zone = `/sdn/zones/localnetwork/${bridge}`;
            requirePrivileges(token, tag === undefined ? zone : `${zone}/${tag}`, "SDN.Use");
        }
    });
}

function ofMachine(context: Context, ...privileges: readonly string[]): Machine {
    const [host = "", vmId = ""] = context.at;
    requirePrivileges(context.token, `/vms/${vmId}`, ...privileges);
    return context.proxmox.machine(host, Number(vmId));
}

/** Fields that are about the request and not about the machine. */
function configOf({ fields }: Context): { sent: MachineConfig; deleted: string[] } {
    const apart = ["vmid", "node", "digest", "delete", "background_delay", "skiplock", "force"];
    const sent = Object.fromEntries(Object.entries(fields).filter(([key]) => !apart.includes(key)));
    return { sent, deleted: (fields.delete ?? "").split(",").filter((one) => one !== "") };
}

/** The id of a machine and what it runs as, as the list of resources has it. */
function resourceOf({ vmId, host, config, running }: Machine): Record<string, unknown> {
    return {
        id: `qemu/${vmId}`,
        type: "qemu",
        vmid: vmId,
        node: host,
        name: config.name,
        status: running ? "running" : "stopped",
    };
}

function statusOf({ vmId, config, running, lock }: Machine): Record<string, unknown> {
    const status = running ? "running" : "stopped";
    return {
        vmid: vmId,
        name: config.name,
        status,
        qmpstatus: status,
        ...(lock === undefined ? {} : { lock }),
    };
}

/** Proxmox answers with numbers where it keeps such (JSON schema of the API). */
const NUMBERS = [
    "cores",
    "sockets",
    "balloon",
    "onboot",
    "protection",
    "numa",
    "acpi",
    "tablet",
    "template",
    "kvm",
];

/** The configuration as it will be after the next start (API2/Qemu.pm, `vm_config`). */
function configAnswer({ config, pending }: Machine): Record<string, unknown> {
    const all = { ...config, ...pending };
    return {
        digest: "0".repeat(40),
        ...Object.fromEntries(
            Object.entries(all).map(([key, value]) => [
                key,
                NUMBERS.includes(key) ? Number(value) : value,
            ]),
        ),
    };
}

const CLUSTER: readonly Route[] = [
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

const STORAGE: readonly Route[] = [
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

const MACHINE: readonly Route[] = [
    [
        "POST",
        "/nodes/*/qemu",
        (context) => {
            const { proxmox, token, now, fields, at } = context;
            const vmId = fields.vmid ?? "";
            requirePrivileges(token, `/vms/${vmId}`, "VM.Allocate");
            requireOptions(context, vmId);
            return proxmox.create(at[0] ?? "", Number(vmId), configOf(context).sent, token.id, now);
        },
    ],
    ["GET", "/nodes/*/qemu/*/config", (context) => configAnswer(ofMachine(context, "VM.Audit"))],
    [
        "GET",
        "/nodes/*/qemu/*/status/current",
        (context) => statusOf(ofMachine(context, "VM.Audit")),
    ],
    ...(["PUT", "POST"] as const).map((method): Route => [
        method,
        "/nodes/*/qemu/*/config",
        (context) => {
            const machine = ofMachine(context);
            requireOptions(context, String(machine.vmId));
            const { sent, deleted } = configOf(context);
            const { proxmox, token, now } = context;
            if (method === "PUT") {
                proxmox.configure(machine, sent, deleted);
                return null;
            }
            const subject = {
                host: machine.host,
                type: "qmconfig",
                id: String(machine.vmId),
            } as const;
            return proxmox.tasks.start(subject, token.id, now, () => {
                proxmox.configure(machine, sent, deleted);
            });
        },
    ]),
    [
        "PUT",
        "/nodes/*/qemu/*/resize",
        (context) => {
            const { proxmox, token, now, fields } = context;
            const machine = ofMachine(context, "VM.Config.Disk");
            return proxmox.resize(machine, fields.disk ?? "", fields.size ?? "", token.id, now);
        },
    ],
    [
        "POST",
        "/nodes/*/qemu/*/status/*",
        (context) => {
            const { proxmox, token, now, at } = context;
            const machine = ofMachine(context, "VM.PowerMgmt");
            switch (at[2]) {
                case "start":
                    return proxmox.start(machine, token.id, now);
                case "stop":
                    return proxmox.stop(machine, "qmstop", token.id, now);
                case "shutdown":
                    return proxmox.stop(machine, "qmshutdown", token.id, now);
                case "reboot":
                    return proxmox.reboot(machine, token.id, now);
                default:
                    throw new ProxmoxError(
                        501,
                        `Method 'POST status/${at[2] ?? ""}' not implemented`,
                    );
            }
        },
    ],
    [
        "DELETE",
        "/nodes/*/qemu/*",
        (context) => {
            const { proxmox, token, now } = context;
            return proxmox.destroy(ofMachine(context, "VM.Allocate"), token.id, now);
        },
    ],
    [
        "GET",
        "/nodes/*/tasks/*/status",
        ({ proxmox, at }) => ({ node: at[0], pid: 1, ...proxmox.tasks.status(at[1] ?? "") }),
    ],
    [
        "GET",
        "/nodes/*/tasks/*/log",
        ({ proxmox, at }) => [
            { n: 1, t: `TASK ${proxmox.tasks.status(at[1] ?? "").exitstatus ?? ""}` },
        ],
    ],
];

const FIREWALL: readonly Route[] = [
    [
        "GET",
        "/nodes/*/qemu/*/firewall/options",
        (context) => numbers(ofMachine(context, "VM.Audit").firewall.options),
    ],
    [
        "PUT",
        "/nodes/*/qemu/*/firewall/options",
        (context) => {
            const { sent, deleted } = configOf(context);
            ofMachine(context, "VM.Config.Network").firewall.setOptions(sent, deleted);
            return null;
        },
    ],
    [
        "GET",
        "/nodes/*/qemu/*/firewall/rules",
        (context) =>
            ofMachine(context, "VM.Audit").firewall.rules.map((rule, pos) => ({
                ...numbers(rule),
                pos,
            })),
    ],
    [
        "POST",
        "/nodes/*/qemu/*/firewall/rules",
        (context) => {
            ofMachine(context, "VM.Config.Network").firewall.addRule(configOf(context).sent);
            return null;
        },
    ],
    [
        "GET",
        "/nodes/*/qemu/*/firewall/rules/*",
        (context) => {
            const [, , position = ""] = context.at;
            const rule = ofMachine(context, "VM.Audit").firewall.rule(Number(position));
            // A text here, a number in the list (bpg v0.111.1: proxmox/firewall/rules_types.go).
            return { ...numbers(rule), pos: position };
        },
    ],
    [
        "PUT",
        "/nodes/*/qemu/*/firewall/rules/*",
        (context) => {
            const { sent, deleted } = configOf(context);
            const position = Number(context.at[2]);
            ofMachine(context, "VM.Config.Network").firewall.changeRule(position, sent, deleted);
            return null;
        },
    ],
    [
        "DELETE",
        "/nodes/*/qemu/*/firewall/rules/*",
        (context) => {
            ofMachine(context, "VM.Config.Network").firewall.removeRule(Number(context.at[2]));
            return null;
        },
    ],
];

const FLAGS = ["enable", "dhcp", "ipfilter", "macfilter", "ndp", "radv"];

function numbers(fields: Readonly<Record<string, string>>): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(fields).map(([key, value]) => [
            key,
            FLAGS.includes(key) ? Number(value) : value,
        ]),
    );
}

const ROUTES: readonly Route[] = [...CLUSTER, ...STORAGE, ...MACHINE, ...FIREWALL];

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
