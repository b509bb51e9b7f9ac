import type { AnyDefinition } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import { needed, systemsOn, type WithData, type WithStorage } from "../house";
import { certManager } from "../security/cert-manager";
import { rookCeph } from "../storage/rook-ceph";
import { CloudnativePg, cloudnativePg } from "./cloudnative-pg";
import { identityDb } from "./identity-db";
import { platformDb } from "./platform-db";
import { RedisOperator, redisOperator } from "./redis-operator";
import { SharedPostgres } from "./shared-postgres";

/** Databases and queues, for whoever needs one. */
export function deployData(house: WithStorage): WithData {
    const on = systemsOn(house);
    const { inside } = house;
    const postgres = on(cloudnativePg, (context) => new CloudnativePg(context, inside));
    const shared = <D extends AnyDefinition>(
        who: D,
        name: string,
        context: SystemContext<D>,
        size: number,
        backup: 0 | 1,
    ) =>
        new SharedPostgres(
            name,
            {
                ...context,
                postgres: needed(postgres, { who, what: cloudnativePg }),
                storage: needed(house.storage, { who, what: rookCeph }),
                authority: needed(house.certificates, { who, what: certManager }).issuers.internal,
                size,
                backup,
            },
            inside,
        );
    const identityDatabases = on(identityDb, (context) =>
        shared(identityDb, "identity-db", context, context.settings.size, 0),
    );
    const platformDatabases = on(platformDb, (context) =>
        shared(platformDb, "platform-db", context, context.settings.size, 1),
    );
    return {
        ...house,
        postgres,
        identityDatabases,
        platformDatabases: platformDatabases ?? identityDatabases,
        redis: on(redisOperator, (context) => new RedisOperator(context, inside)),
    };
}
