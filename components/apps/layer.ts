import { connect } from "../base/connection";
import { cloudnativePg } from "../data/cloudnative-pg";
import { redisOperator } from "../data/redis-operator";
import { needed, systemsOn, type WithIdentity, type WithScaling } from "../house";
import { appsDb } from "../data/apps-db";
import { envoyGateway } from "../gateway/envoy-gateway";
import { authelia } from "../identity/authelia";
import { certManager } from "../security/cert-manager";
import { rookCeph } from "../storage/rook-ceph";
import { kafka } from "../data/kafka";
import { schemaRegistry } from "../data/schema-registry";
import { KafkaDemo, kafkaDemo } from "./kafka-demo";
import { Audiobookshelf, audiobookshelf } from "./audiobookshelf";
import { Matrix, matrix } from "./matrix";
import { N8n, n8n } from "./n8n";
import { Ollama, ollama } from "./ollama";

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
    const books = on(audiobookshelf, (context) => {
        const who = audiobookshelf;
        return new Audiobookshelf(
            {
                ...context,
                gateway: needed(house.gateway, { who, what: envoyGateway }),
                guards: needed(house.guards, { who, what: authelia }),
                provider: needed(house.signOnProvider, { who, what: authelia }),
                storage: needed(house.storage, { who, what: rookCeph }),
                authority: needed(house.certificates, { who, what: certManager }).issuers.internal,
            },
            inside,
        );
    });
    const model = on(
        ollama,
        (context) =>
            new Ollama(
                {
                    ...context,
                    storage: needed(house.storage, { who: ollama, what: rookCeph }),
                    gpuRuntime: house.gpuRuntime,
                },
                inside,
            ),
    );
    if (workflows !== undefined && model !== undefined) {
        connect("n8n-ollama", { from: workflows.processes, to: model.endpoint });
    }
    // It is built above these layers, and known by what it asks of the login.
    const grafana = house.settings.signOn.clients.find(({ id }) => id === "grafana");
    const chat = on(matrix, (context) => {
        const who = matrix;
        return new Matrix(
            {
                ...context,
                server: needed(house.appDatabases, { who, what: appsDb }),
                gateway: needed(house.gateway, { who, what: envoyGateway }),
                provider: needed(house.signOnProvider, { who, what: authelia }),
                storage: needed(house.storage, { who, what: rookCeph }),
                authority: needed(house.certificates, { who, what: certManager }).issuers.internal,
                grafana: grafana && `https://${grafana.host}.${house.site.domain}`,
            },
            inside,
        );
    });
    const demo = on(
        kafkaDemo,
        (context) =>
            new KafkaDemo(
                {
                    ...context,
                    kafka: needed(house.kafka, { who: kafkaDemo, what: kafka }),
                    schemas: needed(house.schemas, { who: kafkaDemo, what: schemaRegistry }),
                    scaler: house.scaler,
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
        ...(chat === undefined ? {} : { alertRoom: chat.room }),
        ...(model === undefined ? {} : { languageModel: model }),
        traced: { ...house.traced, ...traced },
        urls: {
            ...urls,
            ...(workflows === undefined ? {} : { n8n: `https://${workflows.host}` }),
            ...(chat === undefined ? {} : { matrix: chat.url }),
            ...(books === undefined ? {} : { audiobookshelf: books.url }),
        },
    };
}
