/**
 * How Proxmox keeps the configuration of a machine: what is sent is not what is read back. Pure.
 * Source of each rule: qemu-server 9.2, `src/PVE/API2/Qemu.pm` (API) and `src/PVE/QemuServer.pm` (Server).
 */
import { ProxmoxError } from "./proxmox-error";

/** Options by name, as text. */
export type MachineConfig = Readonly<Record<string, string>>;

/** What of a changed configuration is taken at once while the machine runs: Server, `$fast_plug_option`. */
const AT_ONCE = [
    "description",
    "hookscript",
    "lock",
    "name",
    "onboot",
    "protection",
    "shares",
    "startup",
    "tags",
    "vmstatestorage",
];
/** Plugged into a running machine: the default of `hotplug` is network, disk and usb (Server, `$confdesc`). */
const HOT_PLUGGED = /^(net|scsi|virtio|sata|usb)\d+$/;
const DISK = /^(scsi|virtio|sata|ide|efidisk|tpmstate)\d+$/;

/** Whether a changed option waits for the machine's next start. */
export function isPending(option: string): boolean {
    return !AT_ONCE.includes(option) && !HOT_PLUGGED.test(option);
}

/** The parts of a property string such as `local-lvm:0,import-from=local:import/a.qcow2,ssd=1`. */
export function partsOf(text: string): { first: string; more: Map<string, string> } {
    const [first = "", ...rest] = text.split(",");
    return {
        first,
        more: new Map(
            rest.map((part) => {
                const at = part.indexOf("=");
                return [part.slice(0, at), part.slice(at + 1)];
            }),
        ),
    };
}

function joined(first: string, more: ReadonlyMap<string, string>): string {
    return [first, ...[...more].map(([key, value]) => `${key}=${value}`)].join(",");
}

/** Tags are lower case, each once and in order: API, `get_unique_tags` of PVE::GuestHelpers. */
export function uniqueTags(text: string): string {
    const all = text.split(/[;, ]+/).filter((tag) => tag !== "");
    return [...new Set(all.map((tag) => tag.toLowerCase()))].sort().join(";");
}

/** A disk as it is sent. */
export interface DiskRequest {
    readonly storage: string;
    /** Volume that it is made of. */
    readonly importFrom: string | undefined;
}

/** What the disks of a configuration need; those that exist already need nothing. */
export function diskRequests(config: MachineConfig): DiskRequest[] {
    return Object.entries(config).flatMap(([option, text]) => {
        const { first, more } = partsOf(text);
        const [storage = "", volume = ""] = (more.get("file") ?? first)
            .replace(/^file=/, "")
            .split(":");
        const isNew = /^\d+$/.test(volume) || volume === "cloudinit";
        return DISK.test(option) && isNew ? [{ storage, importFrom: more.get("import-from") }] : [];
    });
}

/** Keeps a disk: its volume gets a name, and its size is said (API, `$create_disks`). */
function keptDisk(option: string, text: string, vmId: number, volume: () => number): string {
    const { first, more } = partsOf(text);
    const [storage = "", wanted = ""] = (more.get("file") ?? first)
        .replace(/^file=/, "")
        .split(":");
    const kept = new Map(
        [...more].filter(([key]) => !["import-from", "file", "format"].includes(key)),
    );
    if (wanted === "cloudinit") {
        return joined(`${storage}:vm-${vmId}-cloudinit`, new Map([...kept, ["size", "4M"]]));
    }
    if (!/^\d+$/.test(wanted)) {
        return text;
    }
    const size = option.startsWith("efidisk")
        ? "4M"
        : more.has("import-from")
          ? IMAGE_SIZE
          : `${wanted}G`;
    kept.set("size", size);
    return joined(`${storage}:vm-${vmId}-disk-${volume()}`, kept);
}

/** Size of a disk made of the image, until it is resized: that of the image inside. */
const IMAGE_SIZE = "4G";

/** A network interface without a hardware address gets one (Server, `add_random_macs`). */
function keptInterface(text: string, vmId: number, option: string): string {
    const { first, more } = partsOf(text);
    if (first.includes("=")) {
        return text;
    }
    const given = more.get("macaddr");
    more.delete("macaddr");
    const bytes = [vmId >>> 16, vmId >>> 8, vmId].map((byte) =>
        (byte & 0xff).toString(16).padStart(2, "0"),
    );
    const own = `BC:24:1${option.slice(-1)}:${bytes.join(":")}`.toUpperCase();
    const model = first.replace(/^model=/, "");
    return joined(`${model}=${given ?? own}`, more);
}

/**
 * What Proxmox keeps of what was sent.
 *
 * @param before configuration that is there already, whose volumes have their names
 */
export function keptConfig(
    sent: MachineConfig,
    vmId: number,
    before: MachineConfig = {},
): MachineConfig {
    const taken = Object.values(before).filter((text) => text.includes(`:vm-${vmId}-disk-`)).length;
    let next = taken;
    const volume = () => next++;
    return Object.fromEntries(
        Object.entries(sent).map(([option, text]) => {
            if (option === "tags") {
                return [option, uniqueTags(text)];
            }
            if (/^net\d+$/.test(option)) {
                return [option, keptInterface(text, vmId, option)];
            }
            return [option, DISK.test(option) ? keptDisk(option, text, vmId, volume) : text];
        }),
    );
}

/** Bytes of `60G`, `4M`. */
export function bytesOf(size: string): number {
    const found = /^(\d+)([KMGT]?)$/.exec(size);
    const unit = { "": 0, K: 1, M: 2, G: 3, T: 4 }[found?.[2] ?? ""] ?? 0;
    return Number(found?.[1] ?? "0") * 1024 ** unit;
}

/** A disk with another size, which never shrinks: API, `resize_vm`. */
export function resized(text: string | undefined, disk: string, size: string): string {
    if (text === undefined) {
        throw new ProxmoxError(500, `disk '${disk}' does not exist`);
    }
    const { first, more } = partsOf(text);
    const old = more.get("size") ?? "0";
    if (bytesOf(size) < bytesOf(old)) {
        throw new ProxmoxError(500, "shrinking disks is not supported");
    }
    more.set("size", size);
    return joined(first, more);
}
