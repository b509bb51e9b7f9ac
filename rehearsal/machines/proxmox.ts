/**
 * A Proxmox cluster without hosts: storages, machines with their power and their firewall, and tasks.
 * It keeps the rules that an update meets, each with its source; nothing else of Proxmox is here. Pure:
 * time comes from outside.
 */
import { diskRequests, isPending, keptConfig, type MachineConfig, resized } from "./proxmox-config";
import { ProxmoxError } from "./proxmox-error";
import { MachineFirewall } from "./proxmox-firewall";
import {
    type Download,
    type Machine,
    type MachineEvents,
    SILENT,
    type Storage,
} from "./proxmox-machine";
import { Tasks, type TaskType } from "./proxmox-tasks";

/** The hosts of one Proxmox cluster. */
export class Proxmox {
    readonly machines = new Map<number, Machine>();
    /** Files by volume id, such as `local:import/talos.qcow2`, by host and storage. */
    readonly files = new Map<string, { readonly host: string; readonly url: string }>();

    constructor(
        readonly hosts: readonly string[],
        readonly storages: readonly Storage[],
        readonly tasks = new Tasks(),
        private readonly events: MachineEvents = SILENT,
    ) {}

    /** A storage that takes a kind of content (pve-storage: PVE/API2/Storage/Status.pm, `download_url`). */
    private requireContent(name: string, content: string): void {
        const storage = this.storages.find((one) => one.name === name);
        if (storage === undefined) {
            throw new ProxmoxError(500, `storage '${name}' does not exist`);
        }
        if (!storage.content.includes(content)) {
            throw new ProxmoxError(
                500,
                `storage '${name}' is not configured for content-type '${content}'`,
            );
        }
    }

    private requireHost(host: string): void {
        if (!this.hosts.includes(host)) {
            throw new ProxmoxError(500, `hostname lookup '${host}' failed`);
        }
    }

    /** @throws ProxmoxError where there is none (qemu-server: PVE/QemuConfig.pm, `load_config`) */
    machine(host: string, vmId: number): Machine {
        this.requireHost(host);
        const found = this.machines.get(vmId);
        if (found?.host !== host) {
            throw new ProxmoxError(
                500,
                `Configuration file 'nodes/${host}/qemu-server/${vmId}.conf' does not exist`,
            );
        }
        return found;
    }

    /** Downloads a file; a file of the same name is in the way. */
    download({ host, storage, content, file, url }: Download, user: string, now: number): string {
        this.requireHost(host);
        this.requireContent(storage, content);
        const volume = `${storage}:${content}/${file}`;
        const key = `${host}/${volume}`;
        if (this.files.has(key)) {
            throw new ProxmoxError(500, `refusing to override existing file '${file}'`);
        }
        return this.tasks.start({ host, type: "download", id: file }, user, now, () => {
            this.files.set(key, { host, url });
        });
    }

    /** Removes a file from a storage; resolves with nothing to wait for. */
    removeFile(host: string, volume: string): void {
        if (!this.files.delete(`${host}/${volume}`)) {
            throw new ProxmoxError(500, `volume '${volume}' does not exist`);
        }
    }

    /** Makes a machine; it is there, locked, while that goes on (API2/Qemu.pm, `create_vm`). */
    create(host: string, vmId: number, sent: MachineConfig, user: string, now: number): string {
        this.requireHost(host);
        const taken = this.machines.get(vmId);
        if (taken !== undefined) {
            throw new ProxmoxError(
                500,
                `unable to create VM ${vmId} - VM ${vmId} already exists on node '${taken.host}'`,
            );
        }
        const disks = diskRequests(sent);
        disks.forEach(({ storage }) => {
            this.requireContent(storage, "images");
        });
        const image = disks.find(({ importFrom }) => importFrom !== undefined)?.importFrom;
        if (image !== undefined && !this.files.has(`${host}/${image}`)) {
            throw new ProxmoxError(500, `volume '${image}' does not exist`);
        }
        const machine: Machine = {
            vmId,
            host,
            config: keptConfig(sent, vmId),
            pending: {},
            running: false,
            lock: "create",
            image,
            starts: 0,
            firewall: new MachineFirewall(),
        };
        this.machines.set(vmId, machine);
        return this.task(
            machine,
            "qmcreate",
            user,
            now,
            () => {
                machine.lock = undefined;
            },
            () => this.machines.delete(vmId),
        );
    }

    /** Changes a configuration; what cannot be plugged waits while the machine runs. */
    configure(machine: Machine, sent: MachineConfig, deleted: readonly string[]): void {
        this.requireUnlocked(machine);
        const kept = keptConfig(sent, machine.vmId, machine.config);
        const entries = Object.entries(kept);
        const isNow = (option: string) => !machine.running || !isPending(option);
        machine.config = {
            ...Object.fromEntries(
                Object.entries(machine.config).filter(
                    ([option]) => !deleted.includes(option) || !isNow(option),
                ),
            ),
            ...Object.fromEntries(entries.filter(([option]) => isNow(option))),
        };
        machine.pending = {
            ...machine.pending,
            ...Object.fromEntries(entries.filter(([option]) => !isNow(option))),
        };
    }

    /** Makes a disk larger. */
    resize(machine: Machine, disk: string, size: string, user: string, now: number): string {
        this.requireUnlocked(machine);
        const text = resized(machine.config[disk], disk, size);
        return this.task(machine, "resize", user, now, () => {
            machine.config = { ...machine.config, [disk]: text };
        });
    }

    /** Starts a machine; what waited for it is taken now. */
    start(machine: Machine, user: string, now: number): string {
        this.requireUnlocked(machine);
        if (machine.running) {
            throw new ProxmoxError(500, `VM ${machine.vmId} already running`);
        }
        return this.task(machine, "qmstart", user, now, () => {
            this.powerOn(machine);
        });
    }

    /** Ends a machine, with or without asking the system inside. */
    stop(machine: Machine, type: "qmstop" | "qmshutdown", user: string, now: number): string {
        this.requireUnlocked(machine);
        return this.task(machine, type, user, now, () => {
            this.powerOff(machine);
        });
    }

    /** Shuts down and starts, so that what waits is taken (QemuServer.pm, `vm_reboot`). */
    reboot(machine: Machine, user: string, now: number): string {
        this.requireUnlocked(machine);
        if (!machine.running) {
            throw new ProxmoxError(500, `VM ${machine.vmId} not running`);
        }
        return this.task(machine, "qmreboot", user, now, () => {
            this.powerOff(machine);
            this.powerOn(machine);
        });
    }

    /** Removes a machine with its disks and its firewall (API2/Qemu.pm, `destroy_vm`). */
    destroy(machine: Machine, user: string, now: number): string {
        const { vmId, config } = machine;
        this.requireUnlocked(machine);
        if (config.protection === "1") {
            throw new ProxmoxError(500, `can't remove VM ${vmId} - protection mode enabled`);
        }
        if (machine.running) {
            throw new ProxmoxError(500, `VM ${vmId} is running - destroy failed`);
        }
        machine.lock = "destroy";
        return this.task(
            machine,
            "qmdestroy",
            user,
            now,
            () => {
                this.machines.delete(vmId);
                this.events.destroyed(machine);
            },
            () => {
                machine.lock = undefined;
            },
        );
    }

    /** Starts what should run on a host that has its power back, or takes it away. */
    powerOn(machine: Machine): void {
        machine.config = { ...machine.config, ...machine.pending };
        machine.pending = {};
        machine.running = true;
        machine.starts += 1;
        this.events.started(machine);
    }

    /** Takes its power away. */
    powerOff(machine: Machine): void {
        if (machine.running) {
            machine.running = false;
            machine.config = { ...machine.config, ...machine.pending };
            machine.pending = {};
            this.events.stopped(machine);
        }
    }

    private requireUnlocked({ vmId, lock }: Machine): void {
        if (lock !== undefined) {
            throw new ProxmoxError(500, `VM is locked (${lock}): ${vmId}`);
        }
    }

    private task(
        { host, vmId }: Machine,
        type: TaskType,
        user: string,
        now: number,
        work: () => void,
        undo?: () => void,
    ): string {
        return this.tasks.start({ host, type, id: String(vmId) }, user, now, work, undo);
    }
}
