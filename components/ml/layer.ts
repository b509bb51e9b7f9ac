import { mlDb } from "../data/ml-db";
import { needed, systemsOn, type WithIdentity } from "../house";
import { rookCeph } from "../storage/rook-ceph";
import { certManager } from "../security/cert-manager";
import { KServe, kserve } from "./kserve";
import { Mlflow, mlflow } from "./mlflow";

/** Whoever trains, tracks and serves models. */
export function deployMl<House extends WithIdentity>(house: House): House {
    const on = systemsOn(house);
    const { inside, urls, gateway, guards } = house;
    const tracking = on(mlflow, (context) => {
        const who = mlflow;
        return new Mlflow(
            {
                ...context,
                server: needed(house.modelDatabases, { who, what: mlDb }),
                storage: needed(house.storage, { who, what: rookCeph }),
                gateway,
                guards,
            },
            inside,
        );
    });
    on(kserve, (context) => {
        const who = kserve;
        const { manager, issuers } = needed(house.certificates, { who, what: certManager });
        const certificates = [...manager.ready, issuers.internal];
        return new KServe({ ...context, certificates }, inside);
    });
    return {
        ...house,
        urls: { ...urls, ...(tracking?.url === undefined ? {} : { mlflow: tracking.url }) },
    };
}
