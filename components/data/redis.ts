import type * as pulumi from "@pulumi/pulumi";
import { redisLabels, redisPorts } from "../../operators/redis-operator";
import { connect, connectClients, type Connection, type Endpoint } from "../base/connection";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { monitor } from "../base/observe";
import { Part } from "../base/part";
import { metricsByJob } from "../base/scrape";
import { GeneratedSecret, yearly } from "../base/secret";
import type { Storage } from "../storage/ceph-cluster";
import { redisScrapes } from "./redis-alerts";
import {
    replicationManifest,
    SENTINELS,
    sentinelManifest,
    type Sentinels,
    sentinelsOf,
} from "./redis-objects";
import type { RedisOffer } from "./redis-operator";
import { passwordRenewal } from "./redis-password";
import { tellPassword } from "./redis-renewal";

/** Arguments of {@link Redis}. */
export interface RedisArgs extends Foundation {
    /** Namespace that hosts it. */
    readonly namespace: Namespace;
    readonly redis: RedisOffer;
    readonly storage: Pick<Storage, "storageClasses" | "ready">;
    /** Size of each volume in GiB. */
    readonly size: number;
    /** Memory of each pod, requested and limited, such as `128Mi`; the data may take 60 % of it. */
    readonly memory: string;
    /** Pods that may connect, by their labels, in the same namespace. */
    readonly clients: readonly Readonly<Record<string, string>>[];
    /**
     * Whether the clients ask the sentinels who is the master, where there are any: they follow a
     * new one at once, without waiting for the operator to move the label of the Service.
     */
    readonly asksSentinels?: boolean;
}

function sentinelEndpoint(name: string, namespace: Namespace): Endpoint {
    return { namespace, pods: redisLabels.sentinel(name), ports: [redisPorts.sentinel] };
}

/** The ways between operator, masters, replicas and sentinels. */
function flowsOf(
    name: string,
    { namespace, redis: { operator } }: RedisArgs,
    hasSentinels: boolean,
): readonly pulumi.Resource[] {
    const redis: Endpoint = {
        namespace,
        pods: redisLabels.redis(name),
        ports: [redisPorts.redis],
    };
    const sentinel = sentinelEndpoint(name, namespace);
    const ways: Record<string, Connection> = {
        operator: { from: operator, to: redis },
        replication: { from: redis, to: redis },
        ...(hasSentinels
            ? {
                  "sentinel-operator": { from: operator, to: sentinel },
                  "sentinel-votes": { from: sentinel, to: sentinel },
                  "sentinel-watch": { from: sentinel, to: redis },
              }
            : {}),
    };
    return Object.entries(ways).flatMap(([way, ends]) => connect(`${name}-${way}`, ends));
}

/**
 * A Redis with replicas, watched by three sentinels where the profile has more than one replica.
 *
 * Clients that know Sentinel ask {@link sentinels}; all others use {@link host}: a Service that the operator keeps on the
 * master by a pod label, which it checks every 30 s. The sentinels are a resource of their own,
 * not the `sentinel` field of the replication: with that the operator stops moving the label while
 * a pod is missing, which is when it matters
 * (redis-operator v0.26.0:internal/controller/redisreplication/redisreplication_controller.go).
 */
export class Redis extends Part {
    /** Host name of the master, inside the namespace. */
    readonly host: string;
    /** Port of Redis. */
    readonly port = redisPorts.redis;
    /** Where to ask for the master; undefined where nothing could take its place. */
    readonly sentinels: Sentinels | undefined;
    /** Secret with the `password`, of the sentinels too. */
    readonly credentials: string;
    /** The pods of Redis, for whoever else must reach them. */
    readonly endpoint: Endpoint;
    /** What clients wait for: an elected master, and their way to it. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: RedisArgs, opts: pulumi.ComponentResourceOptions) {
        super(
            "data",
            "Redis",
            name,
            args,
            { exposes: metricsByJob(redisScrapes(name, args.site.replicas("critical"))) },
            opts,
        );
        const { site, namespace } = args;
        args.backups.proveVolumes(namespace.name, [
            // A file of its own format begins with its name (redis 7.0: src/rdb.c).
            {
                claims: redisLabels.redis(name),
                files: [{ path: "**/*.rdb", begins: "5245444953" }],
            },
        ]);
        const replicas = site.replicas("critical");
        const inside = { parent: this };
        const password = new GeneratedSecret(
            `${name}-password`,
            {
                namespace,
                rotation: yearly,
                renewal: passwordRenewal(name, namespace.name),
                keepsPrevious: true,
                generate: { password: { length: 32 } },
            },
            inside,
        );
        // Redis never talks to the Kubernetes API, so its pods get no token.
        const account = this.object(
            {
                apiVersion: "v1",
                kind: "ServiceAccount",
                metadata: { name, namespace: namespace.name },
                automountServiceAccountToken: false,
            },
            { dependsOn: [namespace.object] },
        );
        const spec = {
            ...{ namespace: namespace.name, secretName: password.secretName, replicas },
            ...{ size: args.size, memory: args.memory, keeps: site.protect },
            storageClass: args.storage.storageClasses.block,
        };
        const kept = site.protect ? { protect: true, retainOnDelete: true } : {};
        const replication = this.object(replicationManifest(name, spec), {
            ...kept,
            dependsOn: [
                password.object,
                account,
                ...namespace.guardrails,
                ...flowsOf(name, args, replicas > 1),
                ...args.pods,
                ...args.redis.ready,
                ...args.storage.ready,
            ],
            // One pod after the other, each with a new volume.
            customTimeouts: { create: "15m", update: "15m" },
        });
        const sentinels = replicas > 1 ? SENTINELS : 0;
        const watched =
            sentinels === 0
                ? []
                : [
                      this.object(sentinelManifest(name, spec), {
                          dependsOn: [replication],
                      }),
                  ];
        this.host = `${name}-master`;
        this.sentinels = replicas > 1 ? sentinelsOf(name) : undefined;
        this.credentials = password.secretName;
        const to: Endpoint = {
            namespace,
            pods: redisLabels.redis(name),
            ports: [redisPorts.redis],
        };
        this.endpoint = to;
        const { clients } = args;
        const asked = args.asksSentinels === true && this.sentinels !== undefined;
        const reached = [
            ...connectClients(name, { clients, to }),
            ...(asked
                ? connectClients(`${name}-sentinel`, {
                      clients,
                      to: sentinelEndpoint(name, namespace),
                  })
                : []),
        ];
        const { secretName: secret } = password;
        const renewal = tellPassword({ name, namespace, secret, replicas, sentinels });
        const told =
            renewal === undefined
                ? []
                : [
                      this.object(renewal.job, {
                          dependsOn: [
                              ...[replication, ...watched, ...renewal.ways],
                              ...namespace.guardrails,
                          ],
                      }),
                  ];
        this.ready = [replication, ...reached, ...told];
        const { collector } = args;
        for (const scrape of redisScrapes(name, replicas)) {
            monitor(scrape, { namespace, collector }, this);
        }
    }
}
