/** What a machine of Proxmox says about the node inside. Pure. */
import type { Machine } from "./proxmox-machine";
import type { Image } from "./talos-machine";

/** Address of a machine: what its cloud-init drive says. */
export function addressOf({ config }: Pick<Machine, "config">): string | undefined {
    return /\bip=([0-9.]+)\//.exec(config.ipconfig0 ?? "")?.[1];
}

/** Release and schematic in the name of an image's file. */
export function imageIn(volume: string): Image {
    const found = /talos-(v[0-9.]+\S*?)-([0-9a-f]{64})-nocloud/.exec(volume);
    return { release: found?.[1] ?? "", schematic: found?.[2] ?? "" };
}
