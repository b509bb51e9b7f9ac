/** Where the disks of a node hang, and how the system inside finds them. Pure. */
import type { DiskSettings, NodeSettings } from "../site-schema";

/** Position of the disk that holds Talos, the number of its SCSI interface. */
export const systemDiskPosition = 0;

/**
 * Path of a disk inside the VM. The order of `/dev/sdX` is not stable; the name that QEMU gives a
 * disk is. Proxmox VE 9 passes it as `device_id=drive-scsi<n>` (qemu-server 9.2:
 * src/PVE/QemuServer/DriveDevice.pm), and on 8.4 QEMU takes the same name by itself for a disk
 * without a serial number. With one, udev would name the disk after it on 8.4 and not on 9, so the
 * disks here have none.
 *
 * @param position number of the disk's SCSI interface
 */
export function diskPath(position: number): string {
    return `/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_drive-scsi${position}`;
}

/** A disk of a node with the number of its SCSI interface. */
export interface PlacedDisk {
    readonly disk: DiskSettings;
    readonly position: number;
}

/** A node's disks: the system disk first, the others in the order of the settings. */
export function placedDisks({ disks }: NodeSettings): PlacedDisk[] {
    const others = disks.filter(({ purpose }) => purpose !== "system");
    return [
        ...disks
            .filter(({ purpose }) => purpose === "system")
            .map((disk) => ({ disk, position: systemDiskPosition })),
        ...others.map((disk, index) => ({ disk, position: systemDiskPosition + 1 + index })),
    ];
}

/** Paths of the disks that become OSDs. */
export function cephDiskPaths(node: NodeSettings): string[] {
    return placedDisks(node)
        .filter(({ disk }) => disk.purpose === "ceph")
        .map(({ position }) => diskPath(position));
}

/** Path of the disk that holds volumes of Longhorn, of a node that has one. */
export function longhornDiskPath(node: NodeSettings): string | undefined {
    const found = placedDisks(node).find(({ disk }) => disk.purpose === "longhorn");
    return found && diskPath(found.position);
}

/** A disk for local storage, by the number in its name. */
export interface LocalDisk {
    /** Such as `local-1`; mounted at `/var/mnt/local-1`. */
    readonly name: string;
    readonly path: string;
}

/** A node's disks for local storage, in the order of the settings. */
export function localDisks(node: NodeSettings): LocalDisk[] {
    return placedDisks(node)
        .filter(({ disk }) => disk.purpose === "local")
        .map(({ position }, index) => ({ name: `local-${index + 1}`, path: diskPath(position) }));
}
