import { redisOperator } from "../data/redis-operator";
import { needed, systemsOn, type WithIdentity } from "../house";
import { envoyGateway } from "../gateway/envoy-gateway";
import { authelia } from "../identity/authelia";
import { certManager } from "../security/cert-manager";
import { rookCeph } from "../storage/rook-ceph";
import { ArgoCd, argoCd } from "./argo-cd";

/** How what teams write becomes what runs. */
export function deployDelivery<House extends WithIdentity>(house: House): House {
    const on = systemsOn(house);
    const { inside, urls } = house;
    const applications = on(argoCd, (context) => {
        const who = argoCd;
        return new ArgoCd(
            {
                ...context,
                gateway: needed(house.gateway, { who, what: envoyGateway }),
                guards: needed(house.guards, { who, what: authelia }),
                provider: needed(house.signOnProvider, { who, what: authelia }),
                redis: needed(house.redis, { who, what: redisOperator }),
                storage: needed(house.storage, { who, what: rookCeph }),
                authority: needed(house.certificates, { who, what: certManager }).issuers.internal,
            },
            inside,
        );
    });
    return {
        ...house,
        urls: { ...urls, ...(applications === undefined ? {} : { argoCd: applications.url }) },
    };
}
