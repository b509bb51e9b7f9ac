import { cloudnativePg } from "../data/cloudnative-pg";
import { redisOperator } from "../data/redis-operator";
import { needed, systemsOn, type WithIdentity, type WithScaling } from "../house";
import { rookCeph } from "../storage/rook-ceph";
import { kafka } from "../data/kafka";
import { KafkaDemo, kafkaDemo } from "./kafka-demo";
import { N8n, n8n } from "./n8n";

/** What people use. */
export function deployApps(house: WithScaling): WithIdentity {
    const on = systemsOn(house);
    const { inside, urls } = house;
    const workflows = on(
        n8n,
        (context) =>
            new N8n(
                {
                    ...context,
                    postgres: needed(house.postgres, { who: n8n, what: cloudnativePg }),
                    archiver: house.archiver,
                    redis: needed(house.redis, { who: n8n, what: redisOperator }),
                    scaler: house.scaler,
                    gateway: house.gateway,
                    guards: house.guards,
                    storage: needed(house.storage, { who: n8n, what: rookCeph }),
                },
                inside,
            ),
    );
    const demo = on(
        kafkaDemo,
        (context) =>
            new KafkaDemo(
                {
                    ...context,
                    kafka: needed(house.kafka, { who: kafkaDemo, what: kafka }),
                    traces: house.traces,
                    mailPassword: house.site.mail && house.site.secret("smtpPassword"),
                },
                inside,
            ),
    );
    const traced = Object.fromEntries(
        (demo?.traced ?? []).map((end, index) => [`kafka-demo-traces-${index + 1}`, end]),
    );
    return {
        ...house,
        traced: { ...house.traced, ...traced },
        urls: { ...urls, ...(workflows === undefined ? {} : { n8n: `https://${workflows.host}` }) },
    };
}
