import { needed, systemsOn, type WithGateway, type WithStorage } from "../house";
import { CephCluster } from "./ceph-cluster";
import { Longhorn, longhorn } from "./longhorn";
import { rookCeph } from "./rook-ceph";
import { ProxmoxCsi, proxmoxCsi } from "./proxmox-csi";
import { RookOperator } from "./rook-operator";
import { VolumeSnapshots, volumeSnapshots } from "./volume-snapshots";

/** Volumes and buckets. */
export function deployStorage(house: WithGateway): WithStorage {
    const on = systemsOn(house);
    const { inside } = house;
    const snapshots = on(volumeSnapshots, (context) => new VolumeSnapshots(context, inside));
    const storage = on(rookCeph, (context) => {
        const operator = new RookOperator({ ...context, snapshots }, inside);
        return new CephCluster({ ...context, operator, snapshots }, inside);
    });
    on(proxmoxCsi, (context) => new ProxmoxCsi(context, inside));
    const volumes = on(
        longhorn,
        (context) =>
            new Longhorn(
                {
                    ...context,
                    snapshots: needed(snapshots, { who: longhorn, what: volumeSnapshots }),
                    isRouted: house.gateway !== undefined,
                },
                inside,
            ),
    );
    const shown = [storage, volumes].flatMap((system) => (system ? [system.page] : []));
    const pages = [...house.pages, ...shown];
    return { ...house, snapshots, storage, pages };
}
