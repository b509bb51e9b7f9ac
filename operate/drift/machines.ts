/** Where a machine in Proxmox is not the one of the settings. Pure. */
import type { NodeSettings } from "../../components/site-schema";

/** A machine in the answer to `/cluster/resources?type=vm`. */
export interface ListedMachine {
    readonly vmid?: number;
    readonly name?: string;
    readonly node?: string;
    readonly status?: string;
    readonly maxcpu?: number;
    /** Bytes. */
    readonly maxmem?: number;
}

const MIB = 1024 * 1024;

/** One sentence per difference. */
export function machineDrift(
    nodes: readonly NodeSettings[],
    listed: readonly ListedMachine[],
): string[] {
    return nodes.flatMap(({ name, vmId, host, cores, memory }) => {
        const machine = listed.find(({ vmid }) => vmid === vmId);
        if (machine === undefined) {
            return [`Proxmox has no machine ${vmId} (${name}).`];
        }
        const differences: readonly (readonly [string, unknown, unknown])[] = [
            ["is named", machine.name, name],
            ["is on the host", machine.node, host],
            ["is", machine.status, "running"],
            ["has cores:", machine.maxcpu, cores],
            ["has MiB of memory:", (machine.maxmem ?? 0) / MIB, memory],
        ];
        return differences
            .filter(([, found, wanted]) => found !== wanted)
            .map(
                ([what, found, wanted]) =>
                    `Machine ${vmId} (${name}) ${what} ${String(found)}, and the settings say ${String(wanted)}.`,
            );
    });
}
