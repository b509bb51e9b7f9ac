import type { SystemContext } from "../base/foundation";
import {
    needed,
    systemsOn,
    type WithData,
    type WithIdentity,
    type WithServedData,
    type WithStorage,
} from "../house";
import { certManager } from "../security/cert-manager";
import { rookCeph } from "../storage/rook-ceph";
import { appsDb } from "./apps-db";
import { BarmanCloud, barmanCloud } from "./barman-cloud";
import { CloudnativePg, cloudnativePg } from "./cloudnative-pg";
import { identityDb } from "./identity-db";
import { mlDb } from "./ml-db";
import { Kafka, kafka } from "./kafka";
import { InfluxDb, influxDb } from "./influxdb";
import { KafkaConnect, kafkaConnect } from "./kafka-connect";
import { platformDb } from "./platform-db";
import { RedisOperator, redisOperator } from "./redis-operator";
import { SchemaRegistry, schemaRegistry } from "./schema-registry";
import { SharedPostgres } from "./shared-postgres";

/** Databases and queues, for whoever needs one. */
export function deployData(house: WithStorage): WithData {
    const on = systemsOn(house);
    const { inside } = house;
    const postgres = on(cloudnativePg, (context) => new CloudnativePg(context, inside));
    const archiver = on(barmanCloud, (context) => {
        const who = barmanCloud;
        return new BarmanCloud(
            {
                ...context,
                postgres: needed(postgres, { who, what: cloudnativePg }),
                authority: needed(house.certificates, { who, what: certManager }).issuers.internal,
            },
            inside,
        );
    });
    const shared = <D extends typeof identityDb | typeof platformDb | typeof mlDb | typeof appsDb>(
        who: D,
        name: string,
        context: SystemContext<D>,
        backup: 0 | 1,
    ) =>
        new SharedPostgres(
            name,
            {
                ...context,
                postgres: needed(postgres, { who, what: cloudnativePg }),
                storage: needed(house.storage, { who, what: rookCeph }),
                authority: needed(house.certificates, { who, what: certManager }).issuers.internal,
                archiver,
                archive: context.settings.archive,
                size: context.settings.size,
                backup,
            },
            inside,
        );
    const identityDatabases = on(identityDb, (context) =>
        shared(identityDb, "identity-db", context, 0),
    );
    const platformDatabases = on(platformDb, (context) =>
        shared(platformDb, "platform-db", context, 1),
    );
    const events = on(
        kafka,
        (context) =>
            new Kafka(
                {
                    ...context,
                    storage: needed(house.storage, { who: kafka, what: rookCeph }),
                    authority: needed(house.certificates, { who: kafka, what: certManager }).issuers
                        .internal,
                },
                inside,
            ),
    );
    on(kafkaConnect, (context) => {
        const offer = needed(events, { who: kafkaConnect, what: kafka });
        return new KafkaConnect({ ...context, kafka: offer }, inside);
    });
    return {
        ...house,
        appDatabases: on(appsDb, (context) => shared(appsDb, "apps-db", context, 0)),
        modelDatabases: on(mlDb, (context) => shared(mlDb, "ml-db", context, 1)),
        postgres,
        archiver,
        identityDatabases,
        platformDatabases: platformDatabases ?? identityDatabases,
        kafka: events,
        redis: on(redisOperator, (context) => new RedisOperator(context, inside)),
    };
}

/** What of the data people open in a browser: it comes after who signs them on. */
export function deployServedData<House extends WithIdentity>(house: House): House & WithServedData {
    const on = systemsOn(house);
    const { inside, urls } = house;
    const schemas = on(
        schemaRegistry,
        (context) =>
            new SchemaRegistry(
                {
                    ...context,
                    server: needed(house.platformDatabases, {
                        who: schemaRegistry,
                        what: identityDb,
                    }),
                    gateway: house.gateway,
                    guards: house.guards,
                },
                inside,
            ),
    );
    const series = on(
        influxDb,
        (context) =>
            new InfluxDb(
                {
                    ...context,
                    storage: needed(house.storage, { who: influxDb, what: rookCeph }),
                    gateway: house.gateway,
                    guards: house.guards,
                },
                inside,
            ),
    );
    return {
        ...house,
        schemas,
        urls: {
            ...urls,
            ...(series?.url === undefined ? {} : { influxDb: series.url }),
            ...(schemas?.page === undefined ? {} : { schemaRegistry: schemas.page }),
        },
    };
}
