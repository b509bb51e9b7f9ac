import type * as pulumi from "@pulumi/pulumi";
import { redisLabels, redisPorts } from "../../operators/redis-operator";
import { minimumAvailable, spread } from "../base/availability";
import { connect, connectClients, type Connection, type Endpoint } from "../base/connection";
import { resources } from "../base/containers";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { ManifestInput } from "../base/object";
import { monitor } from "../base/observe";
import { Part } from "../base/part";
import { priorities } from "../base/priority";
import { metricsByJob } from "../base/scrape";
import { GeneratedSecret, yearly } from "../base/secret";
import type { Storage } from "../storage/ceph-cluster";
import { redisOperator, type RedisOffer } from "./redis-operator";
import { passwordJob, passwordLabels, passwordRenewal } from "./redis-password";
import { redisScrapes } from "./redis-alerts";

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

/** Where clients ask who is the master. */
export interface Sentinels {
    /** Name of the master in the configuration of the sentinels. */
    readonly masterName: string;
    /** Host name of each sentinel, inside the namespace. */
    readonly hosts: readonly string[];
    readonly port: number;
}

/** A majority needs three, whatever the number of replicas. */
const SENTINELS = 3;
/** The operator's own default, written down since clients have to say the same. */
const MASTER_NAME = "myMaster";

const apiVersion = "redis.redis.opstreelabs.in/v1beta2";

const containerSecurity = {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
};

/** What both kinds of pod share; the operator fills in the probes' command, a PING. */
function podSettings(image: string, secretName: string, memory: string, serviceAccount: string) {
    const probe = { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 5 };
    return {
        kubernetesConfig: {
            image,
            imagePullPolicy: "IfNotPresent",
            redisSecret: { name: secretName, key: "password" },
            resources: { requests: { cpu: "50m", memory }, limits: { memory } },
        },
        podSecurityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            fsGroup: 1000,
            seccompProfile: { type: "RuntimeDefault" },
        },
        securityContext: containerSecurity,
        // Only its security context counts: that of the operator's own container for redis.conf.
        initContainer: { enabled: false, image, securityContext: containerSecurity },
        readinessProbe: { ...probe, initialDelaySeconds: 5 },
        livenessProbe: { ...probe, initialDelaySeconds: 15 },
        priorityClassName: priorities.data.name,
        serviceAccountName: serviceAccount,
    };
}

/** A sidecar of the operator's making, whose probes the resource has no field for. */
const exporter = {
    enabled: true,
    image: redisOperator.images.exporter.reference,
    imagePullPolicy: "IfNotPresent",
    resources: resources("10m", "32Mi", "64Mi"),
    securityContext: containerSecurity,
};

/** The Redis pods. */
function replicationManifest(
    name: string,
    { namespace, storage, size, memory, site }: RedisArgs,
    replicas: number,
    password: GeneratedSecret,
): ManifestInput {
    return {
        apiVersion,
        kind: "RedisReplication",
        metadata: {
            name,
            namespace: namespace.name,
            annotations: { "pulumi.com/waitFor": "jsonpath={.status.masterNode}" },
        },
        spec: {
            ...podSettings(redisOperator.images.redis.reference, password.secretName, memory, name),
            clusterSize: replicas,
            // Copy-on-write during a snapshot needs the rest.
            redisConfig: { maxMemoryPercentOfLimit: 60 },
            storage: {
                keepAfterDelete: site.protect,
                volumeClaimTemplate: {
                    spec: {
                        storageClassName: storage.storageClasses.block,
                        accessModes: ["ReadWriteOnce"],
                        resources: { requests: { storage: `${size}Gi` } },
                    },
                },
            },
            redisExporter: exporter,
            pdb: { enabled: replicas > 1, minAvailable: minimumAvailable(replicas) },
            topologySpreadConstraints: spread(redisLabels.redis(name)),
        },
    };
}

/** The sentinels, which elect a new master when the old one does not answer for five seconds. */
function sentinelManifest(
    name: string,
    namespace: Namespace,
    password: GeneratedSecret,
): ManifestInput {
    return {
        apiVersion,
        kind: "RedisSentinel",
        // The operator appends `-sentinel` to the names of what it makes.
        metadata: { name, namespace: namespace.name },
        spec: {
            ...podSettings(
                redisOperator.images.sentinel.reference,
                password.secretName,
                "128Mi",
                name,
            ),
            clusterSize: SENTINELS,
            redisSentinelConfig: {
                masterGroupName: MASTER_NAME,
                redisReplicationName: name,
                redisReplicationPassword: {
                    secretKeyRef: { name: password.secretName, key: "password" },
                },
                quorum: "2",
                downAfterMilliseconds: "5000",
                failoverTimeout: "10000",
            },
            redisExporter: exporter,
            pdb: { enabled: true, minAvailable: minimumAvailable(SENTINELS) },
            topologySpreadConstraints: spread(redisLabels.sentinel(name)),
        },
    };
}

function sentinelEndpoint(name: string, namespace: Namespace): Endpoint {
    return { namespace, pods: redisLabels.sentinel(name), ports: [redisPorts.sentinel] };
}

/** Each pod by the headless Service that the operator makes (internal/k8sutils/redis-sentinel.go). */
function sentinelsOf(name: string): Sentinels {
    return {
        masterName: MASTER_NAME,
        hosts: Array.from(
            { length: SENTINELS },
            (_, index) => `${name}-sentinel-${index}.${name}-sentinel-headless`,
        ),
        port: redisPorts.sentinel,
    };
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
    private readonly name: string;
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
        const kept = site.protect ? { protect: true, retainOnDelete: true } : {};
        const replication = this.object(replicationManifest(name, args, replicas, password), {
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
                      this.object(sentinelManifest(name, namespace, password), {
                          dependsOn: [replication],
                      }),
                  ];
        this.name = name;
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
        this.ready = [
            replication,
            ...connectClients(name, { clients, to }),
            ...(asked
                ? connectClients(`${name}-sentinel`, {
                      clients,
                      to: sentinelEndpoint(name, namespace),
                  })
                : []),
            ...this.tellPassword(args, { replicas, sentinels, after: [replication, ...watched] }),
        ];
        const { collector } = args;
        for (const scrape of redisScrapes(name, replicas)) {
            monitor(scrape, { namespace, collector }, this);
        }
    }

    /** Has the servers take a renewed password before clients come with it. */
    private tellPassword(
        { namespace }: RedisArgs,
        of: {
            readonly replicas: number;
            readonly sentinels: number;
            readonly after: readonly pulumi.Resource[];
        },
    ): readonly pulumi.Resource[] {
        const { name, credentials } = this;
        const revision = namespace.secrets.revisionOf(namespace.name, credentials);
        if (revision === undefined) {
            return [];
        }
        const from = { namespace, pods: passwordLabels(name) };
        const ends = [
            [redisLabels.redis(name), redisPorts.redis] as const,
            ...(of.sentinels > 0
                ? [[redisLabels.sentinel(name), redisPorts.sentinel] as const]
                : []),
        ];
        const ways = ends.flatMap(([pods, port]) =>
            connect(`${name}-password-${port}`, { from, to: { namespace, pods, ports: [port] } }),
        );
        const job = passwordJob({
            name,
            namespace: namespace.name,
            image: redisOperator.images.redis.reference,
            secret: credentials,
            masterName: MASTER_NAME,
            revision,
            ...of,
        });
        return [this.object(job, { dependsOn: [...of.after, ...ways, ...namespace.guardrails] })];
    }
}
