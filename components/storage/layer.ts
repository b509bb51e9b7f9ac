import { systemsOn, type WithGateway, type WithStorage } from "../house";
import { CephCluster } from "./ceph-cluster";
import { rookCeph } from "./rook-ceph";
import { RookOperator } from "./rook-operator";

/** Volumes and buckets. */
export function deployStorage(house: WithGateway): WithStorage {
    const on = systemsOn(house);
    const { inside } = house;
    const storage = on(rookCeph, (context) => {
        const operator = new RookOperator(context, inside);
        return new CephCluster({ ...context, operator }, inside);
    });
    const pages = [...house.pages, ...(storage === undefined ? [] : [storage.page])];
    return { ...house, storage, pages };
}
