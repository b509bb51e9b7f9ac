/** Routes of the simulated Proxmox that are about machines and tasks. Pure. */
import { requirePrivileges } from "./proxmox-access";
import { diskRequests, partsOf } from "./proxmox-config";
import { ProxmoxError } from "./proxmox-error";
import type { Machine } from "./proxmox-machine";
import { configOf, type Context, ofMachine, type Route } from "./proxmox-route";

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

/** Of machines and tasks. */
export const MACHINE_ROUTES: readonly Route[] = [
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
    [
        // Proxmox 9 has a privilege for it (qemu-server: API2/Qemu/Agent.pm), which docs/proxmox.md asks for
        // nowhere: an import, which waits for addresses, is then told no at once and goes on. Nobody plays
        // the agent itself.
        "GET",
        "/nodes/*/qemu/*/agent/network-get-interfaces",
        (context) => {
            ofMachine(context, "VM.GuestAgent.Audit");
            throw new ProxmoxError(500, "QEMU guest agent is not running");
        },
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
        "DELETE",
        "/nodes/*/tasks/*",
        ({ proxmox, at }) => {
            proxmox.tasks.stop(at[1] ?? "");
            return null;
        },
    ],
    [
        "GET",
        "/nodes/*/tasks/*/log",
        ({ proxmox, at }) => [
            { n: 1, t: `TASK ${proxmox.tasks.status(at[1] ?? "").exitstatus ?? ""}` },
        ],
    ],
];
