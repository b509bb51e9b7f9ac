import type * as pulumi from "@pulumi/pulumi";
import { minimumAvailable, spread } from "../base/availability";
import type { Namespace } from "../base/namespace";
import type { KubernetesObject, ManifestInput } from "../base/object";
import { priorities } from "../base/priority";
import { GeneratedSecret } from "../base/secret";
import { System, type SystemArgs } from "../base/system";
import { redisLabels } from "./redis-flows";
import { redisPorts } from "./redis-operator";

/** Arguments of {@link Redis}. */
export interface RedisArgs extends SystemArgs {
    /** Namespace that hosts it; its flows include `redisFlows`. */
    readonly namespace: Namespace;
    /** What must be there first: the operator, and the StorageClass. */
    readonly needs: readonly pulumi.Resource[];
    /** StorageClass of the volumes. */
    readonly storageClass: string;
    /** Size of each volume in GiB. */
    readonly size: number;
}

/** Images that the operator is tested with; all from the operator's own registry. */
const images = {
    // renovate: datasource=docker depName=quay.io/opstree/redis
    redis: "quay.io/opstree/redis:v7.0.15",
    // renovate: datasource=docker depName=quay.io/opstree/redis-sentinel
    sentinel: "quay.io/opstree/redis-sentinel:v7.0.15",
    // renovate: datasource=docker depName=quay.io/opstree/redis-exporter
    exporter: "quay.io/opstree/redis-exporter:v1.44.0",
} as const;

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

/** The Redis pods. */
function replicationManifest(
    name: string,
    { namespace, storageClass, size, context }: RedisArgs,
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
            ...podSettings(images.redis, password.secretName, "512Mi", name),
            clusterSize: replicas,
            // Copy-on-write during a snapshot needs the rest.
            redisConfig: { maxMemoryPercentOfLimit: 60 },
            storage: {
                keepAfterDelete: context.settings.protect,
                volumeClaimTemplate: {
                    spec: {
                        storageClassName: storageClass,
                        accessModes: ["ReadWriteOnce"],
                        resources: { requests: { storage: `${size}Gi` } },
                    },
                },
            },
            // A sidecar of the operator's making, whose probes the resource has no field for.
            redisExporter: {
                enabled: true,
                image: images.exporter,
                imagePullPolicy: "IfNotPresent",
                resources: {
                    requests: { cpu: "10m", memory: "32Mi" },
                    limits: { memory: "64Mi" },
                },
                securityContext: containerSecurity,
            },
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
    // A majority needs three, whatever the number of replicas.
    const count = 3;
    return {
        apiVersion,
        kind: "RedisSentinel",
        // The operator appends `-sentinel` to the names of what it makes.
        metadata: { name, namespace: namespace.name },
        spec: {
            ...podSettings(images.sentinel, password.secretName, "128Mi", name),
            clusterSize: count,
            redisSentinelConfig: {
                redisReplicationName: name,
                redisReplicationPassword: {
                    secretKeyRef: { name: password.secretName, key: "password" },
                },
                quorum: "2",
                downAfterMilliseconds: "5000",
                failoverTimeout: "10000",
            },
            pdb: { enabled: true, minAvailable: minimumAvailable(count) },
            topologySpreadConstraints: spread(redisLabels.sentinel(name)),
        },
    };
}

/**
 * A Redis with replicas, watched by three sentinels where the profile has more than one replica.
 *
 * Clients without Sentinel support use {@link host}: a Service that the operator keeps on the
 * master by a pod label, which it checks every 30 s. The sentinels are a resource of their own,
 * not the `sentinel` field of the replication: with that the operator stops moving the label while
 * a pod is missing, which is when it matters
 * (redis-operator v0.26.0:internal/controller/redisreplication/redisreplication_controller.go).
 */
export class Redis extends System {
    /** Host name of the master, inside the namespace. */
    readonly host: string;
    /** Port of Redis. */
    readonly port = redisPorts.redis;
    /** Secret with the `password`. */
    readonly credentials: string;
    /** What clients wait for: an elected master. */
    readonly ready: readonly KubernetesObject[];

    constructor(name: string, args: RedisArgs, opts: pulumi.ComponentResourceOptions) {
        const { context, namespace } = args;
        super("data", "Redis", name, { context }, opts);
        const { settings } = context;
        const replicas = settings.replicas("critical");
        const password = new GeneratedSecret(
            `${name}-password`,
            { namespace, generate: { password: { length: 32 } } },
            { parent: this },
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
        const kept = settings.protect ? { protect: true, retainOnDelete: true } : {};
        const replication = this.object(replicationManifest(name, args, replicas, password), {
            ...kept,
            dependsOn: [
                password.object,
                account,
                namespace.object,
                ...namespace.guardrails,
                ...args.needs,
            ],
            // One pod after the other, each with a new volume.
            customTimeouts: { create: "15m", update: "15m" },
        });
        if (replicas > 1) {
            this.object(sentinelManifest(name, namespace, password), { dependsOn: [replication] });
        }
        this.host = `${name}-master`;
        this.credentials = password.secretName;
        this.ready = [replication];
        this.registerOutputs({});
    }
}
