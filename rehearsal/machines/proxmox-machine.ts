/** What a Proxmox has: storages, machines, and what happens to them. */
import type { MachineConfig } from "./proxmox-config";
import type { MachineFirewall } from "./proxmox-firewall";

/** A storage of every host. */
export interface Storage {
    readonly name: string;
    /** Content types: `images`, `import` ... */
    readonly content: readonly string[];
}

/** A machine. */
export interface Machine {
    readonly vmId: number;
    host: string;
    config: MachineConfig;
    /** What waits for its next start. */
    pending: MachineConfig;
    running: boolean;
    /** It is locked while a task makes or removes it. */
    lock: "create" | "destroy" | undefined;
    /** Image that its system disk was made of; a new disk is a new machine inside. */
    readonly image: string | undefined;
    /** Counts starts. */
    starts: number;
    /** Proxmox deletes its file with the machine (qemu-server: API2/Qemu.pm, `remove_vmfw_conf`). */
    readonly firewall: MachineFirewall;
}

/** What happens to a machine, for whoever plays what is inside. */
export interface MachineEvents {
    started(machine: Machine): void;
    stopped(machine: Machine): void;
    destroyed(machine: Machine): void;
}

/** Nobody is inside. */
export const SILENT: MachineEvents = {
    started: () => undefined,
    stopped: () => undefined,
    destroyed: () => undefined,
};

/** What is downloaded, and to where. */
export interface Download {
    readonly host: string;
    readonly storage: string;
    readonly content: string;
    readonly file: string;
    readonly url: string;
}
