/** The Talos image: what is in it, where it comes from, and what it is called. Pure. */

/** Host of the Image Factory, for disk images and installer images. */
const factory = "factory.talos.dev";

/**
 * System extensions of the image, by the names of the Image Factory.
 *
 * Ceph needs none: the Talos 1.13 kernel has `rbd`, `ceph` and `dm-crypt` built in
 * (siderolabs/pkgs@release-1.13:kernel/build/config-amd64). The CPU needs none either: microcode is
 * loaded by the Proxmox host, a guest cannot load it; the VM sees the host's CPU (see
 * `virtual-machine.ts`).
 */
export const extensions: readonly string[] = [
    // Shutdown, freeze and trim on behalf of Proxmox; the VM's `agent` setting relies on it.
    "siderolabs/qemu-guest-agent",
    "siderolabs/iscsi-tools",
    "siderolabs/util-linux-tools",
];

/**
 * The schematic in the form that the Image Factory hashes: same text, same image.
 *
 * @param further extensions of the settings
 */
export function schematicDocument(further: readonly string[] = []): string {
    const officialExtensions = [...new Set([...extensions, ...further])];
    return JSON.stringify({ customization: { systemExtensions: { officialExtensions } } });
}

/**
 * Disk image for the `nocloud` platform, which takes its address from the cloud-init drive.
 * Proxmox imports qcow2 by API alone (PVE 8.4 and newer), without SSH to the host.
 *
 * @param schematic id of the schematic
 * @param version Talos release, such as `v1.13.9`
 */
export function imageUrl(schematic: string, version: string): string {
    return `https://${factory}/image/${schematic}/${version}/nocloud-amd64.qcow2`;
}

/**
 * File name on the datastore. It carries schematic and version, so that another image is another
 * file and never changes the one from which a machine was made.
 */
export function imageFileName(schematic: string, version: string): string {
    return `talos-${version}-${schematic}-nocloud-amd64.qcow2`;
}

/**
 * Installer of the same image, for `machine.install.image` and `talosctl upgrade`. It must be the
 * nocloud one: another platform's installer forgets the static address (siderolabs/talos#10949).
 */
export function installerImage(schematic: string, version: string): string {
    return `${factory}/nocloud-installer/${schematic}:${version}`;
}
